# The image of web, worker, beat and the one-shot commands; docker-compose.yml says how each is started.

FROM node:24-slim AS packages
WORKDIR /packages
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.11-slim AS build
WORKDIR /srv/portal
RUN python -m venv .venv && .venv/bin/pip install --no-cache-dir uv==0.13.9
COPY pyproject.toml uv.lock ./
# the lock file names no index, so that versions and hashes are exported and then installed from the usual one
RUN .venv/bin/uv export --frozen --no-default-groups --group build --no-header --no-annotate --quiet --output-file /tmp/requirements.txt \
 && .venv/bin/uv pip sync --no-cache --require-hashes --compile-bytecode --python .venv/bin/python /tmp/requirements.txt
COPY . .
COPY --from=packages /packages/node_modules node_modules
# the addresses are only there for the settings to load: nothing is contacted
RUN export PORTAL_VAR=/srv/portal/var SECRET_KEY=build DATABASE_URL=postgres://build REDIS_URL=redis://build:6379/0 \
 && .venv/bin/python -m tools.pick_assets --installed \
 && .venv/bin/python -m tools.catalogue compile \
 && .venv/bin/python manage.py collectstatic --noinput \
 && mkdir -p var/media var/numba var/snapshots \
 && rm -rf node_modules .cache

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /srv/portal --shell /usr/sbin/nologin portal
WORKDIR /srv/portal
COPY --from=build /srv/portal /srv/portal
RUN chown -R portal var
USER portal
ENV PATH=/srv/portal/.venv/bin:$PATH PORTAL_VAR=/srv/portal/var PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
EXPOSE 8000
CMD ["gunicorn", "portal.wsgi:application", "--bind", "0.0.0.0:8000"]
