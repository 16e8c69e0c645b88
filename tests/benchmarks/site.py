"""The site as it is served, without collected static files: no page that is measured sends any."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application

settings.STORAGES = settings.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
settings.ALLOWED_HOSTS = ["127.0.0.1"]
application = get_wsgi_application()
