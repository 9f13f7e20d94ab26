"""All addresses of the product."""

from django.urls import URLPattern, URLResolver, path

from config.views import healthz, home

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("healthz", healthz, name="healthz"),
]
