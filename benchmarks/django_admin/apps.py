"""The one application."""

from django.apps import AppConfig


class Records(AppConfig):
    """School records."""

    name = "benchmarks.django_admin"
    label = "records"
