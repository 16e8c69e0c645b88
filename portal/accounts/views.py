"""The person's own page, and the language of the pages."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language

from portal.accounts.forms import ProfileForm
from portal.accounts.language import remember_language
from portal.accounts.services import change_profile
from portal.common.http import Request


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: Request) -> HttpResponse:
    """Name and language; e-mail address and password have pages of their own."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method != "POST" or not form.is_valid():
        return render(request, "account/profile.html", {"form": form})
    user = change_profile(user=request.user, **form.cleaned_data)
    with translation.override(user.language):
        messages.success(request, _("Your details have been saved."))
    response = redirect("accounts:profile")
    remember_language(response, user.language)
    return response


@require_POST
@login_not_required
def switch_language(request: HttpRequest) -> HttpResponse:
    """Show the same page in another language; messages and mail to a signed-in person follow."""
    response = set_language(request)
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        change_profile(user=request.user, name=request.user.name, language=language)
    return response
