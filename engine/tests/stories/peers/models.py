"""Reads requests as the own client of a provider would have written them, and tells as JSON what it does not know of them.

Argument: the name of a reader below. Standard input: a list of bodies. What is missing or of a wrong type is an exception.
"""

import json
import sys


def infobip_sms():
    from infobip_api_client.models import SmsRequest

    # It drops what it does not know.
    def unknown(body):
        read = SmsRequest.from_dict(body).to_dict()
        return [] if read == body else [read]

    return unknown


def sinch_sms():
    from sinch.domains.sms.models.v1.internal.send_sms_request import SendSMSRequest

    return of_sinch(SendSMSRequest)


def sinch_conversation():
    from sinch.domains.conversation.models.v1.messages.internal.request import send_message_request

    return of_sinch(send_message_request.SendMessageRequest)


def of_sinch(model):
    from pydantic import BaseModel, TypeAdapter

    # It keeps what it does not know.
    def extras(value):
        if isinstance(value, BaseModel):
            yield from value.model_extra or ()
            for name in type(value).model_fields:
                yield from extras(getattr(value, name))
        if isinstance(value, list):
            for element in value:
                yield from extras(element)

    return lambda body: list(extras(TypeAdapter(model).validate_python(body)))


# Only one of them is imported: together they take four seconds.
unknown = globals()[sys.argv[1]]()
print(json.dumps([found for body in json.load(sys.stdin) for found in unknown(body)], default=str))
