"""The S3 of moto, which checks signatures with botocore's own signer once it has been told who may do what.

Tells its address, a key and its secret in the first line; ends with standard input, and tells then what is in the bucket.
"""

import json
import os
import sys

# Who may do what is set up without a signature: so many calls.
os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "4"

import boto3
from moto.server import ThreadedMotoServer

BUCKET = sys.argv[1]
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
url = "http://{}:{}".format(*server.get_host_and_port())


def client(service, key, secret):
    keys = {"aws_access_key_id": key, "aws_secret_access_key": secret}
    return boto3.client(service, endpoint_url=url, region_name="us-east-1", **keys)


iam = client("iam", "nobody", "nothing")
iam.create_user(UserName="hermod")
made = iam.create_access_key(UserName="hermod")["AccessKey"]
key, secret = made["AccessKeyId"], made["SecretAccessKey"]
policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
iam.put_user_policy(UserName="hermod", PolicyName="pictures", PolicyDocument=json.dumps(policy))
client("s3", "nobody", "nothing").create_bucket(Bucket=BUCKET)

print(url, key, secret, flush=True)
sys.stdin.read()
s3 = client("s3", key, secret)
names = [it["Key"] for it in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]
heads = [s3.head_object(Bucket=BUCKET, Key=name) for name in names]
print(json.dumps([[name, head["ContentType"], head["CacheControl"]] for name, head in zip(names, heads)]), flush=True)
server.stop()
