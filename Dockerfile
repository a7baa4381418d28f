FROM python:3.11-slim

WORKDIR /app
COPY pyproject.toml constraints.txt README.md LICENSE alembic.ini ./
COPY server ./server
COPY migrations ./migrations
COPY docs ./docs
RUN pip install --no-cache-dir --constraint constraints.txt --editable . \
    && useradd --create-home chapterwise && mkdir /data && chown chapterwise /data

USER chapterwise
ENV HOST=0.0.0.0 PORT=8000 DATA_DIR=/data ENVIRONMENT=production
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD python -c "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/api/v1/health/ready', timeout=4)"
CMD ["sh", "-c", "chapterwise migrate && exec chapterwise serve"]
