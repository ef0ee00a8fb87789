"""The WSGI application that granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vesicle.config.settings")
application = get_wsgi_application()

# What is loaded by now stays as long as the process does: looking through it for garbage again and again is in vain.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
