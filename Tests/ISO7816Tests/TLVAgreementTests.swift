import TestSupport
import Testing

@testable import ISO7816

/// Our walk over DER against `openssl asn1parse`, on certificates and on generated structures.
@Suite struct TLVAgreementTests {
    /// One data object as both sides see it.
    struct Row: Hashable {
        let offset: Int
        let depth: Int
        let headerCount: Int
        let length: Int
        let isConstructed: Bool
        let tag: String
    }

    @Test(arguments: [["rsa:2048"], ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"]])
    func agreesOnCertificates(_ key: [String]) throws {
        let folder = TemporaryFolder()
        _ = try runProgram(
            ["openssl", "req", "-x509", "-nodes", "-newkey"] + key + [
                "-keyout", "key.pem", "-subj", "/C=JP/O=SYNTHETIC TEST/OU=東京/CN=1234567890", "-utf8", "-days", "3650",
                "-addext", "keyUsage=critical,digitalSignature", "-addext", "extendedKeyUsage=clientAuth",
                "-addext", "subjectAltName=DNS:test.example,IP:192.0.2.1,URI:http://test.example/\(String(repeating: "x", count: 200))",
                "-addext", "certificatePolicies=1.2.3.4", "-outform", "DER", "-out", "certificate.der",
            ], in: folder.path
        ).checked()
        #expect(try compare("certificate.der", in: folder) > 40)
    }

    /// Long tags, empty values, and lengths on both sides of each length form.
    @Test func agreesOnGeneratedStructures() throws {
        let folder = TemporaryFolder()
        let strings = [0, 1, 127, 128, 255, 256, 65535, 65536].enumerated().map { index, count in
            "s\(index) = OCTETSTRING:\(String(repeating: "x", count: count))"
        }
        let tags = ["IMP:33P", "IMP:16P", "EXP:30A", "EXP:31A", "IMP:2047C", "EXP:16383P"].enumerated().map { index, tag in
            "t\(index) = \(tag),\(tag.hasPrefix("EXP") ? "BOOL:TRUE" : "INTEGER:70000")"
        }
        let text =
            ["asn1 = SEQUENCE:top", "[top]", "a = SET:strings", "b = SEQUENCE:tags", "c = NULL", "[strings]"] + strings + ["[tags]"] + tags
        try folder.write("structure.cnf", text.joined(separator: "\n"))
        _ = try runProgram(["openssl", "asn1parse", "-genconf", "structure.cnf", "-noout", "-out", "structure.der"], in: folder.path)
            .checked()
        #expect(try compare("structure.der", in: folder) == 1 + 1 + strings.count + 1 + tags.count + 3 + 1)
    }

    /// Compares all rows and returns how many there are.
    func compare(_ file: String, in folder: TemporaryFolder) throws -> Int {
        let bytes = try folder.read(file)
        let printed = try runProgram(["openssl", "asn1parse", "-inform", "DER", "-in", file], in: folder.path).checked().output
        let theirs = try printed.split(separator: "\n").map(row)
        var ours: [Row] = []
        try walk(bytes, TLVCursor(0..<bytes.count), depth: 0, into: &ours)
        #expect(ours.count == theirs.count)
        for (our, their) in zip(ours, theirs) { #expect(our == their) }
        let size = try TLVSize(prefix: bytes.span.extracting(first: 6))
        #expect(size == .whole(bytes.count))
        return theirs.count
    }

    func walk(_ bytes: [UInt8], _ start: TLVCursor, depth: Int, into rows: inout [Row]) throws {
        var cursor = start
        while let element = try cursor.next(in: bytes.span) {
            rows.append(
                Row(
                    offset: element.range.lowerBound, depth: depth, headerCount: element.headerCount, length: element.value.count,
                    isConstructed: element.isConstructed, tag: name(element)))
            if element.isConstructed { try walk(bytes, element.contents, depth: depth + 1, into: &rows) }
        }
    }

    /// The tag as asn1parse prints it.
    func name(_ element: TLVElement) -> String {
        switch element.tagClass {
        case .application: return "appl [ \(element.tagNumber) ]"
        case .contextSpecific: return "cont [ \(element.tagNumber) ]"
        case .privateUse: return "priv [ \(element.tagNumber) ]"
        case .universal:
            let names = [
                1: "BOOLEAN", 2: "INTEGER", 3: "BIT STRING", 4: "OCTET STRING", 5: "NULL", 6: "OBJECT", 12: "UTF8STRING", 16: "SEQUENCE",
                17: "SET", 19: "PRINTABLESTRING", 22: "IA5STRING", 23: "UTCTIME", 24: "GENERALIZEDTIME",
            ]
            return names[element.tagNumber] ?? "universal \(element.tagNumber)"
        }
    }

    /// One line of asn1parse, such as `   13:d=2  hl=2 l=   9 prim: OBJECT            :sha256WithRSAEncryption`.
    func row(_ line: Substring) throws -> Row {
        let pattern = /^ *(\d+):d=(\d+) +hl=(\d+) +l= *(\d+) +(cons|prim): (.{1,18})/
        let match = try #require(try pattern.prefixMatch(in: line), "\(line)").output
        let name = match.6.reversed().drop { $0 == " " }.reversed()  // a column of 18 characters
        return Row(
            offset: try #require(Int(match.1)), depth: try #require(Int(match.2)), headerCount: try #require(Int(match.3)),
            length: try #require(Int(match.4)), isConstructed: match.5 == "cons", tag: String(name))
    }
}
