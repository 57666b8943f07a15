import ISO7816

/// A card-verifiable certificate (CV証明書): one key of a card or of an authority, signed by another key that is known by its identifier.
///
/// `7F21 { 5F4E body 5F37 signature }`, where the body is the two key identifiers and the key, `90` exponent and `91` modulus; the
/// signature is RSASSA-PKCS1-v1_5 with SHA-256 over the value of `5F4E` (measured on cards by a public open-source project; tags of
/// ISO/IEC 7816-6 and ISO/IEC 7816-8). It holds no dates and no names.
public struct CVCertificate: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// The longest file that is looked at, in bytes; those of a card have 568.
    public static let maximumCount = 2048

    /// The key that signed the certificate (証明者鍵ID).
    public let issuer: CVKeyID
    /// The key that the certificate is about (被証明者鍵ID).
    public let subject: CVKeyID
    /// That key.
    public let publicKey: RSAPublicKey
    /// The bytes under the signature: the value of `5F4E`.
    public let body: [UInt8]
    /// The signature: the value of `5F37`.
    public let signature: [UInt8]

    /// Reads the certificate at the start of a card's file and drops the filler (`FF` or `00`) behind it.
    ///
    /// - Throws: `cv-certificate-malformed`, `public-key-unfit`.
    public init(fileContents: [UInt8]) throws(CertificateError) {
        let file = try Self.limited(fileContents)
        let template = try Self.objects(of: file, in: 0..<file.count, tags: [0x7F21], fillerAllowed: true)[0]
        try self.init(template: template.value, of: file)
    }

    /// Reads the certificate in the answer to GET DATA (ISO/IEC 7816-4 clause 11.4.3), which comes without the template `7F21` around it.
    ///
    /// - Throws: `cv-certificate-malformed`, `public-key-unfit`.
    public init(templateContents: [UInt8]) throws(CertificateError) {
        let contents = try Self.limited(templateContents)
        try self.init(template: 0..<contents.count, of: contents)
    }

    private init(template: Range<Int>, of file: [UInt8]) throws(CertificateError) {
        let parts = try Self.objects(of: file, in: template, tags: [0x5F4E, 0x5F37])
        let (bodyRange, signatureRange) = (parts[0].value, parts[1].value)
        let key = bodyRange.lowerBound + 2 * CVKeyID.count
        guard key < bodyRange.upperBound else { throw .malformedCV("a body of \(bodyRange.count) bytes") }
        issuer = try CVKeyID(Array(file[bodyRange.lowerBound..<bodyRange.lowerBound + CVKeyID.count]))
        subject = try CVKeyID(Array(file[bodyRange.lowerBound + CVKeyID.count..<key]))
        let numbers = try Self.objects(of: file, in: key..<bodyRange.upperBound, tags: [0x90, 0x91])
        publicKey = try RSAPublicKey(modulus: Array(file[numbers[1].value]), exponent: Array(file[numbers[0].value]))
        body = Array(file[bodyRange])
        signature = Array(file[signatureRange])
        guard RSAPublicKey.modulusBits.contains(signature.count * 8) else {
            throw .malformedCV("a signature of \(signature.count) bytes")
        }
    }

    /// Whether `key` made the signature.
    public func isSigned(by key: RSAPublicKey) -> Bool { key.verifies(signature: signature, sha256Of: body) }

    /// Never the contents.
    public var description: String { "card-verifiable certificate" }
    /// Never the contents.
    public var customMirror: Mirror { Mirror(self, children: []) }

    private static func limited(_ bytes: [UInt8]) throws(CertificateError) -> [UInt8] {
        guard bytes.count <= maximumCount else { throw .malformedCV("a file of \(bytes.count) bytes") }
        return bytes
    }

    /// Exactly these objects in this order, each with the shortest form of its length, and nothing behind them but filler where that
    /// is allowed.
    private static func objects(
        of file: [UInt8], in range: Range<Int>, tags: [UInt32], fillerAllowed: Bool = false
    ) throws(CertificateError) -> [TLVElement] {
        var cursor = TLVCursor(range)
        var elements: [TLVElement] = []
        for tag in tags {
            let element: TLVElement?
            do throws(TLVError) { element = try cursor.next(in: file.span) } catch {
                throw .malformedCV("no data object at \(error.offset)")
            }
            guard let element, element.tag == tag else { throw .malformedCV("not the expected object at \(cursor.position)") }
            guard element.hasShortestLength else { throw .malformedCV("a length in too many bytes at \(element.range.lowerBound)") }
            elements.append(element)
        }
        let rest = file[cursor.position..<range.upperBound]
        guard fillerAllowed ? rest.allSatisfy({ $0 == 0xFF || $0 == 0x00 }) : rest.isEmpty else {
            throw .malformedCV("bytes behind the last object at \(cursor.position)")
        }
        return elements
    }
}

extension TLVElement {
    /// Whether the length field is as short as it can be, as in DER (X.690 clause 10.1).
    fileprivate var hasShortestLength: Bool {
        let tagCount = tag > 0xFFFF ? 3 : tag > 0xFF ? 2 : 1
        let shortest = value.count < 0x80 ? 1 : value.count < 0x100 ? 2 : value.count < 0x1_0000 ? 3 : 4
        return headerCount == tagCount + shortest
    }
}
