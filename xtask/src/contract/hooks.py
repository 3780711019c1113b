"""Puts the names of what exists into calls that schemathesis makes up, so that they get further than the first check.

Only well-formed values are replaced: a malformed one is a fault that is being looked for.
"""

import os

import schemathesis


def is_text(value, longest=255):
    return isinstance(value, str) and 1 <= len(value) <= longest


def reachable(position, recipient):
    """The recipient with an address that can be used."""
    if not isinstance(recipient, dict):
        return recipient
    recipient = dict(recipient)
    if is_text(recipient.get("userId")):
        recipient["userId"] = f"p{position}@example.com"
    if is_text(recipient.get("namespace"), 100):
        recipient["namespace"] = "email"
    channels = recipient.get("channelData")
    if isinstance(channels, dict) and isinstance(channels.get("emailAddress"), str):
        recipient["channelData"] = {**channels, "emailAddress": f"p{position}@example.com"}
    places = recipient.get("channelsData")
    if isinstance(places, list):
        recipient["channelsData"] = [with_addresses(place) for place in places]
    return recipient


def with_addresses(place):
    """Where a proof goes, with addresses that can be used."""
    if not isinstance(place, dict):
        return place
    addresses = place.get("emailAddresses")
    if not isinstance(addresses, list) or not all(isinstance(address, str) for address in addresses):
        return place
    return {**place, "emailAddresses": [f"t{position}@example.com" for position in range(len(addresses))]}


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    if context.operation is None or "/simulations/" not in context.operation.path:
        return path_parameters
    if isinstance(path_parameters, dict) and is_text(path_parameters.get("campaignId")):
        return {**path_parameters, "campaignId": os.environ["HERMOD_CAMPAIGN"]}
    return path_parameters


@schemathesis.hook
def map_body(context, body):
    if not isinstance(body, dict):
        return body
    body = dict(body)
    fast = context.operation is not None and context.operation.path.endswith("highthroughput")
    if is_text(body.get("campaignId")):
        body["campaignId"] = os.environ["HERMOD_FAST_CAMPAIGN" if fast else "HERMOD_CAMPAIGN"]
    if isinstance(body.get("recipients"), list):
        body["recipients"] = [reachable(*entry) for entry in enumerate(body["recipients"])]
    return body
