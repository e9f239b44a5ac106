# Throughline for production: one image for the web server, the worker, beat and the migration step (docker-compose.yml).
# Every RUN line is one that `make` runs too, or that a test runs as it stands here (tests/house/test_compose.py), so this
# file cannot rot unseen.

# --- The front end: our theme compiled, fonts subset, icons in one file ------------------------------------------------
FROM node:24-slim AS front
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
COPY static static
RUN npm run --silent build

# --- Python packages, exactly as locked --------------------------------------------------------------------------------
FROM python:3.11-slim AS packages
WORKDIR /app
COPY requirements requirements
RUN python3 -m venv .venv
RUN .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.lock
# `sync` also takes pip and uv out again: nothing in the image can install anything.
RUN .venv/bin/uv pip sync --quiet --python .venv/bin/python --require-hashes requirements/requirements.lock

# --- The image ---------------------------------------------------------------------------------------------------------
FROM python:3.11-slim
WORKDIR /app
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp PATH=/app/.venv/bin:$PATH
COPY --from=packages /app/.venv .venv
COPY . .
COPY --from=front /app/static/build static/build
RUN pybabel --quiet compile --directory locale --domain django
RUN DATABASE_URL=postgres://none SECRET_KEY=none python manage.py collectstatic --no-input --verbosity 0
# The one folder it writes to; docker-compose.yml puts a volume there.
COPY --chown=10001:10001 deploy/volumes /var/lib/throughline
# A number, so that a cluster can verify it is not root. Nothing under /app belongs to it: a break-in cannot change the code.
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "pipeline.wsgi", "--config", "deploy/gunicorn.py"]
