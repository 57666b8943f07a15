import Cards
import Certificates
import Diagnosis
import ISO7816
import MyNumberCard
import Station
import TestSupport

/// Hanako's secrets and the commands that name the applications of her card.
enum Hanako {
    static let holder = SyntheticHolder.hanako
    static let visualCode = Secret(holder.card.verificationNumberB.utf8)
    static let birthKey = Secret(holder.card.birthKey.utf8)
    static let textPIN = Secret("2345".utf8)

    static let selectText = hex("00A4040C0AD3921000310001010408")
    static let selectFace = hex("00A4040C0AD3921000310001010402")
    static let selectCommon = hex("00A4040C0AD3921000310001010100")
    static let selectResident = hex("00A4040C0AD3921000310001010401")

    /// A checker that knows the roots of the simulated cards.
    static func checker() throws -> CVChecker {
        var keys: [CVKeyID: RSAPublicKey] = [:]
        for root in SyntheticPKI.cardRoots {
            keys[try CVKeyID(root.keyIdentifier)] = try RSAPublicKey(modulus: root.modulus, exponent: root.exponent)
        }
        return CVChecker(anchors: try CVTrustAnchors(keys, domain: .synthetic))
    }

    /// A file of a simulated card as it is stored, filler included, read past every operation.
    static func file(_ select: [UInt8], _ id: UInt8, opening verify: (reference: UInt8, secret: String)) throws -> [UInt8] {
        let bench = try Bench(VirtualCard(.quick(), holder: holder))
        let secret: [UInt8] = [0x00, 0x20, 0x00, 0x80 | verify.reference, UInt8(verify.secret.utf8.count)] + Array(verify.secret.utf8)
        var bytes: [UInt8] = []
        for command in [select, secret, [0x00, 0xB0, 0x80 | id, 0x00, 0x00, 0x00, 0x00]] {
            let apdu = try CommandAPDU(bytes: command)
            let status = try bench.session.send(
                apdu.header, apdu.data, expected: apdu.expected, until: bench.station.now + .seconds(10))
            guard status.isSuccess else { throw BenchError("\(apdu) answered \(status)") }
            bytes = bench.session.answer
        }
        return bytes
    }

    static func fourItemsFile() throws -> [UInt8] { try file(selectText, 0x02, opening: (0x11, "2345")) }
    static func faceFile() throws -> [UInt8] { try file(selectFace, 0x02, opening: (0x12, holder.card.verificationNumberB)) }
    static func ageFile() throws -> [UInt8] { try file(selectFace, 0x01, opening: (0x11, holder.card.birthKey)) }
}

/// VERIFY of a reference by its short identifier.
func verify(_ reference: UInt8, _ digits: String) -> [UInt8] {
    [0x00, 0x20, 0x00, 0x80 | reference, UInt8(digits.utf8.count)] + Array(digits.utf8)
}
