import COpenSSL
import TestSupport
import Testing

@testable import Cards

@Suite("A card of another generation is another profile")
struct NextGenerationTests {
    /// An application with one PIN and one key on the curve P-384, as the plans of the next My Number Card name the algorithm; its
    /// identifiers are not published and these are made up.
    static let application = CardApplication(
        identifier: hex("F00000000201"),
        files: [
            ElementaryFile(0x0001, .transparent(.certificate(.authentication), read: .verified(anyOf: [0x0002]))),
            ElementaryFile(0x0002, .reference(ReferenceData(.authenticationPIN, tries: 3, lengths: 4...4, alphabet: .digits))),
            ElementaryFile(
                0x0003,
                .key(
                    PrivateKeyEntry(
                        .authentication, use: .verified(anyOf: [0x0002]),
                        operations: [
                            0x00: SignatureOperation(.digest, .plain, digest: .sha384),
                            0x01: SignatureOperation(.message, .plain, digest: .sha384),
                            0x02: SignatureOperation(.message, .pss, digest: .sha384),
                        ]))),
        ])

    @Test("ECDSA over P-384 with SHA-384 by data alone; padding of RSA gives no signature")
    func ellipticCurve() throws {
        let key = try #require(EllipticKey())
        let contents = CardContents(
            authentication: CardContents.Identity(certificate: [0x30, 0x00], authority: [], key: key.pkcs8), signature: nil)
        let card = VirtualCard(CardProfile(name: "next", applications: [Self.application]), contents: contents)
        #expect(card.complaints.isEmpty)
        card.powerOn(at: .zero)
        var response: [UInt8] = []
        func answer(_ bytes: [UInt8]) -> Response {
            let computing = card.process(bytes.span, into: &response, at: .zero)
            return Response(bytes: response, computing: computing)
        }
        let message = Array("next generation".utf8)
        #expect(answer(hex("00A4040C06F00000000201")).status == 0x9000)
        #expect(answer([0x80, 0x2A, 0x01, 0x83, 15] + message + [0]).status == 0x6982)
        #expect(answer(hex("0020008204 31323334")).status == 0x9000)
        // The length of an ECDSA signature in DER varies.
        for _ in 0..<20 {
            let signature = answer([0x80, 0x2A, 0x01, 0x83, 15] + message + [0])
            #expect(signature.status == 0x9000)
            #expect(key.verifies(signature.data, over: message))
        }
        #expect(answer([0x80, 0x2A, 0x00, 0x83, 32] + [UInt8](repeating: 1, count: 32) + [0]).status == 0x6700)
        #expect(answer([0x80, 0x2A, 0x00, 0x83, 48] + [UInt8](repeating: 1, count: 48) + [0]).status == 0x9000)
        #expect(answer([0x80, 0x2A, 0x02, 0x83, 15] + message + [0]).status == 0x6400)
    }
}

/// A fresh key on P-384.
private final class EllipticKey {
    private let key: OpaquePointer

    init?() {
        guard let context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nil) else { return nil }
        defer { EVP_PKEY_CTX_free(context) }
        var made: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_secp384r1) == 1,
            EVP_PKEY_keygen(context, &made) == 1, let made
        else { return nil }
        key = made
    }

    deinit { EVP_PKEY_free(key) }

    var pkcs8: [UInt8] {
        guard let information = EVP_PKEY2PKCS8(key) else { return [] }
        defer { PKCS8_PRIV_KEY_INFO_free(information) }
        var bytes = [UInt8](repeating: 0, count: Int(i2d_PKCS8_PRIV_KEY_INFO(information, nil)))
        bytes.withUnsafeMutableBufferPointer { room in
            var next = room.baseAddress
            _ = i2d_PKCS8_PRIV_KEY_INFO(information, &next)
        }
        return bytes
    }

    func verifies(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        return EVP_DigestVerifyInit(context, nil, EVP_sha384(), nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}
