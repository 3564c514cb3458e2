"""Addresses of the ledger of controlled substances."""

from __future__ import annotations

from django.urls import path

from euthymia.clinic.stock import session_views, views

SESSION = "patients/<int:patient>/courses/sessions/<int:session>/stock/"

urlpatterns = [
    path("stock/", views.ledger, name="ledger"),
    path("stock/ledger.csv", views.sheet, name="ledger_sheet"),
    path("stock/receive/", views.receive, name="stock_receive"),
    path("stock/count/", views.count, name="stock_count"),
    path("stock/lots/<int:lot>/remove/", views.remove, name="stock_remove"),
    path("stock/lots/<int:lot>/adjust/", views.adjust, name="stock_adjust"),
    path("stock/rows/<int:stockrow>/strike/", views.strike, name="stock_strike"),
    path(SESSION, session_views.stock, name="session_stock"),
    path(f"{SESSION}drawn/", session_views.drawn, name="stock_drawn"),
    path(f"{SESSION}given/", session_views.given, name="stock_given"),
    path(f"{SESSION}wasted/", session_views.wasted, name="stock_wasted"),
]
