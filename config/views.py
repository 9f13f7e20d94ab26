"""The pages of the house itself: the first page, and the sign of life."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    """Show what this is and where to go."""
    return render(request, "config/home.html")


def healthz(request: HttpRequest) -> JsonResponse:
    """Answer whether the web process runs."""
    return JsonResponse({"status": "ok"})
