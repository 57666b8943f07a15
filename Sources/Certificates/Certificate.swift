/// An X.509 certificate as a value: its DER and what was read out of it.
///
/// OpenSSL reads it once, and what it has read is never changed, so a certificate can be copied, compared and sent anywhere. It identifies a
/// person: description and reflection show nothing of it.
public struct Certificate: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// The longest encoding that is looked at, in bytes; those of a card have about 1,400 to 2,000.
    public static let maximumCount = 16_384

    /// The certificate in DER, without filler.
    public let der: [UInt8]
    /// The serial number (RFC 5280 clause 4.1.2.2).
    public let serial: CertificateSerial
    /// The first second of its validity, in Unix time.
    public let notBefore: Int64
    /// The last second of its validity, in Unix time.
    public let notAfter: Int64
    /// The key identifier of its own key (RFC 5280 clause 4.2.1.2), if it names one.
    public let subjectKeyIdentifier: [UInt8]?
    /// The key identifier of the key that signed it (RFC 5280 clause 4.2.1.1), if it names one.
    public let authorityKeyIdentifier: [UInt8]?
    /// Whether issuer and subject are the same name, as in the certificate of a root authority.
    public let isSelfIssued: Bool
    /// Whether basicConstraints says that it may issue certificates (RFC 5280 clause 4.2.1.9).
    public let isAuthority: Bool
    /// What its key may do (RFC 5280 clause 4.2.1.3); `nil` without that extension.
    public let keyUsage: KeyUsage?
    /// The purposes of extKeyUsage as dotted object identifiers (RFC 5280 clause 4.2.1.12); empty without that extension.
    public let extendedKeyUsages: [String]
    /// The certificate policies as dotted object identifiers (RFC 5280 clause 4.2.1.4); empty without that extension.
    public let policies: [String]
    /// The critical extensions as dotted object identifiers.
    public let criticalExtensions: [String]
    /// The kind and size of its key.
    public let keyAlgorithm: KeyAlgorithm
    /// The digest under the authority's signature; `nil` when it is none that Kazasu accepts anywhere.
    public let signatureDigest: SignatureDigest?
    /// The key as SubjectPublicKeyInfo in DER (RFC 5280 clause 4.1.2.7).
    public let publicKey: [UInt8]
    // Kept for all checks: OpenSSL 3.0 reads a certificate as slowly as it makes a signature, since it looks for a decoder of the key anew.
    let handle: X509Handle

    /// Reads exactly one certificate.
    ///
    /// - Parameter der: the certificate in DER, every byte of it; bytes after its end are an error. Use `init(fileContents:)` for
    ///   a card's file, which may end in filler.
    /// - Throws: `certificate-malformed`.
    public init(der: [UInt8]) throws(CertificateError) {
        try self.init(der, fillerAllowed: false)
    }

    /// Reads the certificate at the start of a card's file and drops the filler behind it.
    ///
    /// - Parameter fileContents: what READ BINARY returned.
    /// - Throws: `certificate-malformed`.
    public init(fileContents: [UInt8]) throws(CertificateError) {
        try self.init(fileContents, fillerAllowed: true)
    }

    private init(_ bytes: [UInt8], fillerAllowed: Bool) throws(CertificateError) {
        defer { OpenSSLErrors.discard() }
        OpenSSLErrors.discard()
        guard let handle = X509Handle(Array(bytes.prefix(Self.maximumCount))) else {
            throw .malformed(OpenSSLErrors.takeReason())
        }
        guard fillerAllowed || handle.encodedCount == bytes.count else {
            throw .malformed("bytes after the certificate, from offset \(handle.encodedCount)")
        }
        der = Array(bytes.prefix(handle.encodedCount))
        guard handle.encoded == der else { throw .malformed("not in distinguished encoding") }
        guard handle.hasReadableExtensions else { throw .malformed("an extension cannot be read or is there twice") }
        serial = try handle.serial()
        (notBefore, notAfter) = try handle.validity()
        subjectKeyIdentifier = handle.subjectKeyIdentifier
        authorityKeyIdentifier = handle.authorityKeyIdentifier
        isSelfIssued = handle.isSelfIssued
        isAuthority = handle.isAuthority
        keyUsage = handle.keyUsage
        extendedKeyUsages = handle.extendedKeyUsages
        policies = handle.policies
        criticalExtensions = handle.criticalExtensions
        keyAlgorithm = handle.keyAlgorithm
        signatureDigest = handle.signatureDigest
        publicKey = handle.publicKey
        self.handle = handle
    }

    /// Whether two certificates are the same, byte for byte.
    public static func == (one: Certificate, other: Certificate) -> Bool { one.der == other.der }
    /// Feeds the DER to `hasher`.
    public func hash(into hasher: inout Hasher) { hasher.combine(der) }

    /// Never the contents.
    public var description: String { "certificate" }
    /// Never the contents.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What a key may do (RFC 5280 clause 4.2.1.3).
public struct KeyUsage: OptionSet, Sendable, Hashable {
    /// The bits as OpenSSL numbers them: the first octet of the BIT STRING in the low eight, `decipherOnly` above.
    public let rawValue: UInt32
    /// The usage with these bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Signatures other than those on certificates and revocation lists: logging in.
    public static let digitalSignature = KeyUsage(rawValue: 0x80)
    /// Signatures that commit the signer, today called contentCommitment.
    public static let nonRepudiation = KeyUsage(rawValue: 0x40)
    /// Signatures on certificates.
    public static let keyCertSign = KeyUsage(rawValue: 0x04)
    /// Signatures on revocation lists.
    public static let cRLSign = KeyUsage(rawValue: 0x02)
}

/// The kind and size of a public key.
public enum KeyAlgorithm: Sendable, Hashable {
    /// RSA with a modulus of that many bits.
    case rsa(bits: Int)
    /// A key on an elliptic curve over a field of that many bits.
    case ellipticCurve(bits: Int)
    /// A key that Kazasu does not use, or that OpenSSL cannot read.
    case other
}

/// A digest that may stand under a signature. Weak ones (MD5, SHA-1) have no case.
public enum SignatureDigest: Sendable, Hashable, CaseIterable {
    /// SHA-2 with 256, 384 or 512 bits (FIPS 180-4).
    case sha256, sha384, sha512
}
