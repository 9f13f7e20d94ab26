"""The demonstration: an invented organisation with its people, dossiers, holds, lists and receipts."""
