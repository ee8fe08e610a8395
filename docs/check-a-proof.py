#!/usr/bin/env python3
"""Checks a transfer's proof offline, with Python's standard library alone: check-a-proof.py PROOF.json PUBLIC_KEY

PROOF.json is the `document` that `transferProof` answered; PUBLIC_KEY is what the alliance has published (not the one
inside the proof, which anybody could have written there). docs/ledger-proof.md tells the format. Ends with 1 and says what
does not fit, or prints what is proven.
"""
import base64, hashlib, json, sys

# Ed25519 as RFC 8032 defines it, verification alone. Points are (x, y, 1, x*y), the coordinates that need no division.
P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def add(a, b):
    w, x, y, z = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P, 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    e, f, g, h = x - w, z - y, z + y, x + w
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(factor, point):
    product = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            product = add(product, point)
        point, factor = add(point, point), factor >> 1
    return product


def point_of(packed):
    number = int.from_bytes(packed, "little")
    y, sign = number % 2**255, number >> 255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        raise ValueError("not a point of the curve")
    x = P - x if x % 2 != sign else x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def is_signed(key, text, signature):
    s = int.from_bytes(signature[32:], "little")
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + text).digest(), "little") % Q
    a, b = times(s, BASE), add(point_of(signature[:32]), times(challenge, point_of(key)))
    same = (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0
    return len(signature) == 64 and s < Q and same


def sha256(content):
    return hashlib.sha256(content if isinstance(content, bytes) else content.encode()).digest()


def canonical(value, **sorting):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, **sorting)


def require(holds, otherwise):
    if not holds:
        sys.exit(f"NOT PROVEN: {otherwise}")


def require_path(leaf, path, root):
    node = sha256(b"\0" + leaf)
    for side, other in path:
        node = sha256(b"\1" + (bytes.fromhex(other) + node if side == "LEFT" else node + bytes.fromhex(other)))
    require(node.hex() == root, "it does not lead to the root that was signed")


def check(proof, published):
    statement, signature = proof["checkpoint"]["statement"], base64.b64decode(proof["checkpoint"]["signature"])
    require(proof["format"] == "alliance-proof-1" and statement["format"] == "alliance-checkpoint-1", "another format")
    key = base64.b64decode(published)
    require(statement["publicKey"] == published and len(key) == 44, "signed with another key than the published one")
    signed = is_signed(key[12:], canonical(statement, sort_keys=True).encode(), signature)
    require(signed, "the signature does not fit the checkpoint")
    said = []
    if "receipt" in proof:
        said.append(proof["receipt"]["text"])
        require_path(sha256(said[0]), proof["receipt"]["path"], statement["receipts"]["root"])
    if "chain" in proof:  # the transfer, then every later one by its digest, up to where the checkpoint saw the chain
        chain = proof["chain"]
        said.append(chain.get("body") or f'number {chain["sequence"]} in the chain of {chain["member"]}')
        own = sha256(chain["body"]).hex() if chain.get("body") else chain["digest"]
        sequence, at = int(chain["sequence"]), chain["previous"]
        for digest in [own, *chain["later"]]:
            at = sha256(canonical(["alliance-ledger-1", chain["member"], str(sequence), at, digest])).hex()
            sequence += 1
        leaf = bytes.fromhex(chain["member"].replace("-", "")) + (sequence - 1).to_bytes(8, "big") + bytes.fromhex(at)
        require_path(leaf, chain["path"], statement["heads"]["root"])
    require(said, "there is nothing in it")
    print(f"PROVEN: was in the ledger at {statement['at']} (checkpoint {statement['number']}), unchanged:", *said, sep="\n")


check(json.load(open(sys.argv[1], encoding="utf-8")), sys.argv[2])
