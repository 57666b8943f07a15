import Cards
import TestSupport

/// A card-verifiable certificate written by hand and signed by the openssl program, to be wrong in one way.
struct CVIssuing {
    /// What stands in the certificate as its issuer and its subject: seven digits.
    var issuer = "6000023"
    var subject = "6000024"
    /// Whose public key it certifies, and whose private key signs it.
    var certified = SyntheticHolder.hanako.authentication
    var signer = SyntheticPKI.authenticationAuthority(.of2023)
    /// What `openssl dgst` is told beside the key.
    var signing = ["-sha256"]

    /// Number, `08 05`, group, padding.
    static func keyID(_ number: String, last: UInt8 = 0) -> [UInt8] {
        Array(number.utf8) + [0x08, 0x05] + Array("001".utf8) + [0, 0, 0, last]
    }

    /// The value of `5F4E`.
    func body() throws -> [UInt8] {
        Self.keyID(issuer) + Self.keyID(subject) + hex("90 03 010001 91 82 0100") + (try modulus(of: certified))
    }

    func signature(over body: [UInt8]) throws -> [UInt8] {
        let openssl = OpenSSLProgram()
        try openssl.folder.write("key.der", signer.key)
        try openssl.folder.write("body", body)
        return try openssl.run(["dgst", "-sign", "key.der", "-keyform", "DER"] + signing + ["body"])
    }

    /// The whole file, without filler.
    func file() throws -> [UInt8] {
        let body = try body()
        return hex("7F21 82 0233") + (try contents(body))
    }

    /// What stands in the template `7F21`.
    func contents(_ body: [UInt8]) throws -> [UInt8] {
        hex("5F4E 82 0129") + body + hex("5F37 82 0100") + (try signature(over: body))
    }
}

/// The modulus as the openssl program prints it.
func modulus(of identity: SyntheticIdentity) throws -> [UInt8] {
    let openssl = OpenSSLProgram()
    try openssl.folder.write("certificate.der", identity.certificate)
    let line = try openssl.text(["x509", "-inform", "DER", "-in", "certificate.der", "-noout", "-modulus"])
    return hex(String(line.drop { $0 != "=" }.dropFirst()))
}
