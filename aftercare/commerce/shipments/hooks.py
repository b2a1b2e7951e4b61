"""Where carriers and their aggregators send what they know, unasked."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
