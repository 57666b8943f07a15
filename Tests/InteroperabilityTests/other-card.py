#!/usr/bin/python3
"""A JPKI card at vpcd's port, as somebody else would write it: a test double that shares no code with the project.

usage: other-card.py FOLDER [NAME=VALUE...]; keys and certificates are made in FOLDER by the openssl command, and FOLDER/sent gets each
command in hexadecimal. It knows the public description only: the application, its files and references by their identifiers, SELECT, READ
BINARY, VERIFY, COMPUTE DIGITAL SIGNATURE (PKCS #1 v1.5 over a DigestInfo). Where cards differ, a NAME says how this one does.
"""
import socket, subprocess, sys, time

OPTIONS = {
    "bytes": "1346",  # about how long the certificates are
    "filler": "0",  # how many bytes FF lie behind them
    "extended": "yes",  # or the status word that answers extended length
    "le": "lax",  # or: 6C (a wrong Le is told the right one), 61 (what was not asked for rightly waits for GET RESPONSE)
    "end": "9000",  # what answers a READ BINARY that asks for more than there is; or 6282
    "p2": "any",  # or what P2 SELECT wants: 0C or 00
    "fci": "no",  # or: yes (SELECT answers with file control information where P2 is 00), always
    "empty": "count",  # or the status word that answers a VERIFY without data
    "others": "6A82",  # what answers SELECT of another application
    "short": "yes",  # whether files are known by short identifiers; or the status word that refuses them
    "tries": "3",
    "first": "",  # the status word that answers the first command after power-up
}
JPKI = bytes.fromhex("D392F000260100000001")
ANSWER_TO_RESET = bytes.fromhex("3BE000FF8131FE4514")

class Refused(Exception): pass

def openssl(*words, data=None):
    return subprocess.run(["openssl", *words], input=data, capture_output=True, check=True).stdout

def certificate(folder, name, size):
    openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", f"{folder}/{name}.key")
    comment = "nsComment=" + "x" * (size - 880)
    openssl(
        "req", "-x509", "-key", f"{folder}/{name}.key", "-subj", f"/C=JP/CN={name}", "-days", "100", "-outform", "DER", "-out",
        f"{folder}/{name}.der", "-addext", comment, "-addext", "keyUsage=digitalSignature")
    with open(f"{folder}/{name}.der", "rb") as file:
        return file.read()

class Card:
    def __init__(self, folder, options):
        self.folder, self.options, self.files = folder, options, {}
        for name, number in (("authentication", 0x0A), ("signature", 0x01)):
            self.files[number] = certificate(folder, name, int(options["bytes"])) + b"\xff" * int(options["filler"])
        self.secrets = {0x18: b"1234", 0x1B: b"ABC123"}
        self.tries = {0x18: int(options["tries"]), 0x1B: 5}
        self.keys = {0x17: ("authentication", 0x18), 0x1A: ("signature", 0x1B)}
        self.reset()

    def reset(self):
        self.is_selected, self.file, self.verified, self.waiting, self.is_first = False, None, set(), b"", True

    def answer(self, command):
        is_first, self.is_first = self.is_first, False
        if is_first and self.options["first"]:
            return bytes.fromhex(self.options["first"])
        try:
            data, status = self.execute(command)
        except Refused as refusal:
            data, status = b"", str(refusal)
        return data + bytes.fromhex(status)

    def execute(self, command):
        if len(command) < 4:
            raise Refused("6700")
        head, data, expected = self.split(command)
        if head[:2] == b"\x00\xc0":
            data, self.waiting = self.waiting, b""
            return data[:expected], "9000"
        if head[:2] == b"\x00\xa4":
            return self.select(head, data)
        if not self.is_selected:
            raise Refused("6985")
        if head[:2] == b"\x00\xb0":
            return self.read(head, expected)
        if head[:3] == b"\x00\x20\x00":
            return b"", self.verify(self.reference(head[3]), data)
        if head[:3] == b"\x80\x2a\x00":
            return self.trimmed(self.sign(self.reference(head[3]), data), expected)
        raise Refused("6D00")

    def split(self, command):
        head, body = command[:4], command[4:]
        if len(body) < 2:
            return head, b"", (body[0] or 256) if body else 0
        wide = 0 if body[0] else 2
        if wide and self.options["extended"] != "yes":
            raise Refused(self.options["extended"])
        number = lambda field: int.from_bytes(field, "big")
        if wide and len(body) == 3:
            return head, b"", number(body[1:]) or 65536
        start = 1 + wide
        end = start + number(body[wide // 2:start])
        if len(body) not in (end, end + max(1, wide)):
            raise Refused("6700")
        return head, body[start:end], (number(body[end:]) or (65536 if wide else 256)) if len(body) > end else 0

    def select(self, head, data):
        if self.options["p2"] != "any" and head[3] != int(self.options["p2"], 16):
            raise Refused("6A86")
        if head[2] == 4:
            if data != JPKI:
                raise Refused(self.options["others"])
            self.is_selected, self.file = True, None
        else:
            number = int.from_bytes(data, "big")
            if not self.is_selected or number not in {*self.files, *self.secrets, *self.keys}:
                raise Refused("6A82")
            self.file = number
        if self.options["fci"] == "always" or (self.options["fci"] == "yes" and head[3] == 0):
            return b"\x6f\x0c\x84\x0a" + JPKI, "9000"
        return b"", "9000"

    def reference(self, parameter):
        if parameter & 0x7F == 0:
            return self.file
        if self.options["short"] != "yes":
            raise Refused(self.options["short"])
        return parameter & 0x1F

    def read(self, head, expected):
        if head[2] & 0x80:
            self.file, offset = self.reference(head[2]), head[3]
        else:
            offset = head[2] << 8 | head[3]
        if self.file not in self.files:
            raise Refused("6A82")
        if self.file == 0x01 and 0x1B not in self.verified:
            raise Refused("6982")
        contents = self.files[self.file]
        if offset >= len(contents):
            raise Refused("6B00")
        return self.trimmed(contents[offset:], expected)

    def trimmed(self, contents, expected):
        if len(contents) >= expected:
            return contents[:expected], "9000"
        if self.options["le"] != "lax" and len(contents) < 256:
            self.waiting = contents if self.options["le"] == "61" else b""
            raise Refused("%s%02X" % (self.options["le"], len(contents)))
        return contents, self.options["end"]

    def verify(self, number, data):
        if number not in self.secrets:
            raise Refused("6A88")
        if not data:
            if self.options["empty"] != "count":
                return self.options["empty"]
            return "9000" if number in self.verified else "63C%X" % self.tries[number] if self.tries[number] else "6983"
        self.verified.discard(number)
        if self.tries[number] and data == self.secrets[number]:
            self.verified.add(number)
            self.tries[number] = 3
            return "9000"
        self.tries[number] = max(0, self.tries[number] - 1)
        return "63C%X" % self.tries[number] if self.tries[number] else "6983"

    def sign(self, number, digest_info):
        if number not in self.keys:
            raise Refused("6A88")
        name, pin = self.keys[number]
        if pin not in self.verified:
            raise Refused("6982")
        key = f"{self.folder}/{name}.key"
        return openssl("pkeyutl", "-sign", "-inkey", key, "-pkeyopt", "rsa_padding_mode:pkcs1", data=digest_info)

def receive(connection, count):
    received = b""
    while len(received) < count:
        # vpcd sends length and body apart: without this each body waits for a delayed acknowledgement.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        part = connection.recv(count - len(received))
        if not part:
            raise EOFError
        received += part
    return received

def main():
    folder, options = sys.argv[1], dict(OPTIONS, **dict(word.split("=", 1) for word in sys.argv[2:]))
    card, sent = Card(folder, options), open(folder + "/sent", "a")
    connection = None
    while not connection:
        try:
            connection = socket.create_connection(("127.0.0.1", 35963))
        except ConnectionRefusedError:
            time.sleep(0.005)
    while True:
        body = receive(connection, int.from_bytes(receive(connection, 2), "big"))
        if body == b"\x04":
            answer = ANSWER_TO_RESET
        elif len(body) == 1:
            card.reset()
            continue
        else:
            print(body.hex().upper(), file=sent, flush=True)
            answer = card.answer(body)
        connection.sendall(len(answer).to_bytes(2, "big") + answer)

main()
