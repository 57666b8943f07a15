import COpenSSL
import Glibc

// What is read out of OpenSSL's object into a `Certificate`. Nothing here trusts the bytes: what cannot be read is `nil`,
// empty or an error.
extension X509Handle {
    /// Makes OpenSSL read the extensions it knows; false when one of them is malformed or there twice.
    var hasReadableExtensions: Bool {
        X509_check_purpose(pointer, -1, 0) == 1 && X509_get_extension_flags(pointer) & UInt32(EXFLAG_INVALID) == 0
    }

    var isSelfIssued: Bool { X509_get_extension_flags(pointer) & UInt32(EXFLAG_SI) != 0 }

    var isAuthority: Bool { X509_get_extension_flags(pointer) & UInt32(EXFLAG_CA) != 0 }

    /// A positive number of at most 20 octets (RFC 5280 clause 4.1.2.2). A negative one would share its magnitude, which is
    /// the key to an insured person, with somebody else's.
    func serial() throws(CertificateError) -> CertificateSerial {
        guard let number = X509_get0_serialNumber(pointer), ASN1_STRING_type(number) == V_ASN1_INTEGER else {
            throw .malformed("the serial number is not positive")
        }
        let serial = CertificateSerial(copyBytes(of: number))
        guard (1...20).contains(serial.bytes.count) else { throw .malformed("the serial number has a wrong length") }
        return serial
    }

    /// Both ends in Unix time; they do not depend on any time zone of the machine.
    func validity() throws(CertificateError) -> (notBefore: Int64, notAfter: Int64) {
        guard let first = unixTime(X509_get0_notBefore(pointer)), let last = unixTime(X509_get0_notAfter(pointer)) else {
            throw .malformed("a date of the validity cannot be read")
        }
        return (first, last)
    }

    var subjectKeyIdentifier: [UInt8]? { X509_get0_subject_key_id(pointer).map(copyBytes(of:)) }

    var authorityKeyIdentifier: [UInt8]? { X509_get0_authority_key_id(pointer).map(copyBytes(of:)) }

    var keyUsage: KeyUsage? {
        guard X509_get_extension_flags(pointer) & UInt32(EXFLAG_KUSAGE) != 0 else { return nil }
        return KeyUsage(rawValue: X509_get_key_usage(pointer))
    }

    var extendedKeyUsages: [String] {
        guard let stack = X509_get_ext_d2i(pointer, NID_ext_key_usage, nil, nil).map(OpaquePointer.init) else { return [] }
        defer { EXTENDED_KEY_USAGE_free(stack) }
        return elements(of: stack).map { dotted(OpaquePointer($0)) ?? "?" }
    }

    var policies: [String] {
        guard let stack = X509_get_ext_d2i(pointer, NID_certificate_policies, nil, nil).map(OpaquePointer.init) else { return [] }
        defer { CERTIFICATEPOLICIES_free(stack) }
        return elements(of: stack).map { dotted($0.assumingMemoryBound(to: POLICYINFO.self).pointee.policyid) ?? "?" }
    }

    /// An object identifier that cannot be written down counts as `?`, so that it is not mistaken for a known one.
    var criticalExtensions: [String] {
        (0..<max(0, X509_get_ext_count(pointer))).compactMap { index in
            let item = X509_get_ext(pointer, index)
            guard X509_EXTENSION_get_critical(item) != 0 else { return nil }
            return dotted(X509_EXTENSION_get_object(item)) ?? "?"
        }
    }

    /// Its key, alive as long as this handle; `nil` where OpenSSL knows no such key.
    var key: OpaquePointer? { X509_get0_pubkey(pointer) }

    var keyAlgorithm: KeyAlgorithm {
        guard let key else { return .other }
        let bits = Int(EVP_PKEY_get_bits(key))
        return switch EVP_PKEY_get_base_id(key) {
        case EVP_PKEY_RSA: .rsa(bits: bits)
        case EVP_PKEY_EC: .ellipticCurve(bits: bits)
        default: .other
        }
    }

    var signatureDigest: SignatureDigest? {
        var digest = NID_undef
        guard X509_get_signature_info(pointer, &digest, nil, nil, nil) == 1 else { return nil }
        return SignatureDigest(nid: digest)
    }

    var publicKey: [UInt8] {
        copyEncoding { i2d_X509_PUBKEY(X509_get_X509_PUBKEY(pointer), $0) }
    }
}

private func copyBytes(of string: UnsafePointer<ASN1_STRING>) -> [UInt8] {
    Array(UnsafeBufferPointer(start: ASN1_STRING_get0_data(string), count: max(0, Int(ASN1_STRING_length(string)))))
}

/// A time in Unix time; `nil` where there is none or it cannot be read.
func unixTime(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
    var calendar = tm()
    guard let time, ASN1_TIME_to_tm(time, &calendar) == 1 else { return nil }
    return Int64(timegm(&calendar))
}

private func elements(of stack: OpaquePointer) -> [UnsafeMutableRawPointer] {
    (0..<max(0, OPENSSL_sk_num(stack))).compactMap { OPENSSL_sk_value(stack, $0) }
}

/// An object identifier in dotted form; `nil` when OpenSSL refuses to write it (an absurd length).
private func dotted(_ object: OpaquePointer?) -> String? {
    guard let object else { return nil }
    let count = Int(OBJ_obj2txt(nil, 0, object, 1))
    guard count > 0 else { return nil }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: count + 1) { buffer in
        guard let start = buffer.baseAddress, OBJ_obj2txt(start, Int32(count + 1), object, 1) == count else { return nil }
        return String(cString: start)
    }
}

extension SignatureDigest {
    /// The digest by OpenSSL's number for it.
    init?(nid: Int32) {
        switch nid {
        case NID_sha256: self = .sha256
        case NID_sha384: self = .sha384
        case NID_sha512: self = .sha512
        default: return nil
        }
    }

    /// The digest of a signature algorithm by OpenSSL's number for that; RSASSA-PSS, whose digest is in its parameters, is none.
    init?(signatureNID: Int32) {
        var digest = NID_undef
        guard OBJ_find_sigid_algs(signatureNID, &digest, nil) == 1 else { return nil }
        self.init(nid: digest)
    }
}
