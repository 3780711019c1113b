"""The push services of mockpost, over TLS and HTTP/2 alone, as Apple has it.

In the present folder are `certificate.pem` and `certificate_key.pem` for TLS, and the keys with which Hermod signs:
`apple_key.pem` and `account_key.pem`. Tells its address; ends with standard input.

The rest of mockpost (mail, FTP, SFTP) would take fixed ports of its own, so it is not started. mockpost looks only whether a
provider token is there, and has no access tokens for service accounts: PyJWT reads those.
"""

import asyncio
import os
import pathlib
import socket
import sys
from contextlib import asynccontextmanager

os.environ["MOCKPOST_STRICT_AUTH"] = "1"

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from fastapi import Depends, FastAPI, HTTPException, Request
from hypercorn.asyncio import serve
from hypercorn.config import Config
from mockpost import db
from mockpost.routers import api_messages, push_native, webpush


def public_key(file):
    return load_pem_private_key(pathlib.Path(file).read_bytes(), password=None).public_key()


APPLE, ACCOUNT = public_key("apple_key.pem"), public_key("account_key.pem")


async def http2_alone(request: Request):
    if request.scope["http_version"] != "2":
        raise HTTPException(505)


async def apples_token(request: Request):
    """Apple's "Establishing a token-based connection to APNs"."""
    if request.url.path.startswith("/apns/3/"):
        token = request.headers["authorization"].removeprefix("bearer ")
        jwt.decode(token, APPLE, algorithms=["ES256"], options={"require": ["iss", "iat"]})
        assert jwt.get_unverified_header(token)["kid"]


@asynccontextmanager
async def database(_app):
    await db.init_db()
    yield
    await db.close_db()


app = FastAPI(lifespan=database, dependencies=[Depends(http2_alone), Depends(apples_token)])
for part in (api_messages, push_native, webpush):
    app.include_router(part.router)


@app.post("/token")
async def access_token(request: Request):
    """RFC 7523 §2.1, with Google's scope."""
    form = await request.form()
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    required = {"require": ["iss", "scope", "aud", "iat", "exp"]}
    claims = jwt.decode(form["assertion"], ACCOUNT, algorithms=["RS256"], audience=str(request.url), options=required)
    assert claims["exp"] - claims["iat"] <= 3600
    return {"access_token": f"for {claims['iss']}".replace(" ", "-"), "expires_in": 3600, "token_type": "Bearer"}


async def main():
    listener = socket.create_server(("127.0.0.1", 0))
    config = Config()
    config.bind = [f"fd://{listener.fileno()}"]
    config.certfile, config.keyfile = "certificate.pem", "certificate_key.pem"
    config.loglevel = "WARNING"
    print(f"https://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    await serve(app, config, shutdown_trigger=lambda: asyncio.to_thread(sys.stdin.read))


asyncio.run(main())
