import Glibc
import TestSupport
import Testing

/// The files that the card commands write, judged by openssl and python3, and what is left where they cannot be written.
@Suite struct CardOutputTests {
    let card = CardProcess()

    private func openssl(_ words: String...) throws -> String {
        try runProgram(["openssl"] + words, in: card.folder.path).checked().output
    }

    @Test(arguments: ["authentication", "signature"])
    func opensslVerifiesTheSignature(_ key: String) throws {
        try card.folder.write("message", "署名する文書\n")
        let words = ["sign", "--key", key, "--input", card.folder / "message", "--output", card.folder / "signature"]
        #expect(try card.run(words).status == 0)
        #expect(try card.run(["certificate", "--kind", key, "--output", card.folder / "certificate"]).status == 0)
        #expect(try card.run(["certificate", "--kind", key + "-ca", "--output", card.folder / "authority"]).status == 0)
        #expect(try openssl("verify", "-attime", "1775001600", "-CAfile", "authority", "certificate") == "certificate: OK\n")

        try card.folder.write("key", openssl("x509", "-in", "certificate", "-noout", "-pubkey"))
        #expect(try openssl("dgst", "-sha256", "-verify", "key", "-signature", "signature", "message") == "Verified OK\n")
        // What is inside is the DigestInfo of RFC 8017 clause 9.2 and nothing else.
        _ = try openssl("pkeyutl", "-verifyrecover", "-pubin", "-inkey", "key", "-in", "signature", "-out", "recovered")
        let script = "import hashlib; print(hashlib.sha256(open('message', 'rb').read()).hexdigest().upper())"
        let digest = try runProgram(["python3", "-c", script], in: card.folder.path).checked().output.dropLast()
        #expect(hex(try card.folder.read("recovered")) == "3031300D060960864801650304020105000420" + digest)

        // Another message, and the key of the other certificate, do not fit.
        try card.folder.write("message", "別の文書\n")
        #expect(throws: BenchError.self) { try openssl("dgst", "-sha256", "-verify", "key", "-signature", "signature", "message") }
    }

    @Test func standardInputIsSigned() throws {
        let input = try card.folder.write("message", "standard input")
        let child = try card.start(["sign", "--input", "-", "--output", card.folder / "a"], input: input)
        #expect(try child.result().status == 0)
        #expect(try card.run(["sign", "--input", input, "--output", card.folder / "b"]).status == 0)
        #expect(try card.folder.read("a") == card.folder.read("b"))
        #expect(try card.folder.read("a").count == 256)
    }

    @Test func theCertificateIsTheSameInEveryForm() throws {
        let pem = try card.folder.write("printed", card.run(["certificate"]).checked().output)
        #expect(try card.run(["certificate", "--output", card.folder / "der", "--der"]).checked().output == "")
        #expect(try card.run(["certificate", "--output", card.folder / "pem"]).checked().output == "")
        #expect(try card.folder.read("pem") == readFile(pem))
        let fields = ["x509", "-noout", "-subject", "-issuer", "-serial", "-dates", "-fingerprint"]
        let printed = try runProgram(["openssl"] + fields + ["-in", pem]).checked().output
        #expect(printed.contains("notAfter=May  5 14:59:59 2030 GMT"))
        #expect(try runProgram(["openssl"] + fields + ["-inform", "DER", "-in", card.folder / "der"]).checked().output == printed)
    }

    /// PNG (RFC 2083): the signature, each chunk with its checksum, and as many bytes of pixels as the header says; the pixels are those
    /// of the portable greymap, which needs no decoder.
    @Test func pythonReadsTheFace() throws {
        for form in ["png", "pgm", "jp2"] {
            #expect(try card.run(["face", "--output", card.folder / "face.\(form)"]).status == 0)
            var status = stat()
            #expect(stat(card.folder / "face.\(form)", &status) == 0 && status.st_mode & 0o777 == 0o600)
        }
        let script = """
            import struct, zlib
            png = open("face.png", "rb").read()
            assert png[:8] == b"\\x89PNG\\r\\n\\x1a\\n"
            place, names, data = 8, [], b""
            while place < len(png):
                count, name = struct.unpack(">I4s", png[place:place + 8])
                body = png[place + 8:place + 8 + count]
                assert zlib.crc32(name + body) == struct.unpack(">I", png[place + 8 + count:place + 12 + count])[0]
                names.append(name)
                if name == b"IHDR": width, height, depth, colour, _, _, laced = struct.unpack(">IIBBBBB", body)
                if name == b"IDAT": data += body
                place += 12 + count
            assert names[0] == b"IHDR" and names[-1] == b"IEND" and (depth, colour, laced) == (8, 0, 0)
            rows = zlib.decompress(data)
            assert len(rows) == height * (width + 1)
            pixels, above = b"", bytes(width)
            for row in range(height):
                kind, line = rows[row * (width + 1)], bytearray(rows[row * (width + 1) + 1:(row + 1) * (width + 1)])
                for x in range(width):
                    left, up, corner = (line[x - 1] if x else 0), above[x], (above[x - 1] if x else 0)
                    guess = left + up - corner
                    near = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]
                    line[x] = (line[x] + [0, left, up, (left + up) // 2, near][kind]) % 256
                pixels += line
                above = line
            head, size, limit, grey = open("face.pgm", "rb").read().split(b"\\n", 3)
            assert head == b"P5" and limit == b"255" and size == b"%d %d" % (width, height)
            assert grey == pixels and len(set(pixels)) > 16
            jp2 = open("face.jp2", "rb").read()
            assert jp2[:12] == b"\\0\\0\\0\\x0cjP  \\r\\n\\x87\\n" and struct.unpack(">II", jp2[48:56]) == (height, width)
            print(width, height)
            """
        let size = try runProgram(["python3", "-c", script], in: card.folder.path).checked().output
        #expect(size.split(separator: " ").count == 2)
    }

    // MARK: What cannot be written

    private static let writers = [
        ["sign", "--input", "/dev/null"], ["face"], ["certificate"], ["certificate", "--der"], ["certificate", "--kind", "signature"],
        ["dump"],
    ]

    @Test(arguments: writers)
    func nothingIsLeftOfWhatCannotBeWritten(_ words: [String]) throws {
        try card.folder.write("old.png", "as it was")
        let isFolder = card.folder / "folder.png"
        #expect(mkdir(isFolder, 0o700) == 0)
        for path in [card.folder / "absent/out.png", isFolder, card.folder / "old.png/out.png"] {
            let result = try card.run(words + ["--output", path, "--json"])
            #expect(result.status == 73, "\(path)")
            #expect(result.error.contains("[file-not-written]"))
            #expect(try card.value(result.output, "v['error']['code']") == "file-not-written")
        }
        #expect(card.folder.names() == ["folder.png", "old.png"])
        #expect(card.folder.names(in: "folder.png").isEmpty)
        #expect(try card.folder.read("old.png") == Array("as it was".utf8))
        // A disk without room, by the limit of the size of a file (setrlimit(2)); SIGXFSZ is ignored, so writing fails.
        let full = try runProgram(
            ["sh", "-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh", builtProgram("kazasu"), "card"] + words
                + ["--reader", "sim:card", "--output", card.folder / "old.png"])
        #expect(full.status != 0)
        #expect(card.folder.names() == ["folder.png", "old.png"])
        #expect(try card.folder.read("old.png") == Array("as it was".utf8))
    }

    @Test func whatIsRefusedLeavesTheOldFile() throws {
        try card.folder.write("old", "as it was")
        let variables = ["KAZASU_PIN=9999"]
        #expect(try card.run(["sign", "--input", "/dev/null", "--output", card.folder / "old"], variables: variables).status == 77)
        #expect(try card.run(["sign", "--input", card.folder / "absent", "--output", card.folder / "old"]).status == 66)
        #expect(try card.folder.read("old") == Array("as it was".utf8))
        #expect(card.folder.names() == ["old"])
    }
}
