import COpenSSL
import Cards
import Certificates
import SimulationKit
import TestSupport
import Testing

/// Bytes as a hostile card would send them: never valid, never a trap.
struct HostileTests {
    static let hanako = SyntheticHolder.hanako.authenticationCertificate

    @Test(arguments: [0, 5, 7]) func noFlippedBitIsValid(bit: Int) throws {
        let checker = try Synthetic.authenticationChecker()
        var readable = 0
        for position in Self.hanako.indices {
            var bytes = Self.hanako
            bytes[position] ^= 1 << bit
            guard let certificate = try? Certificate(der: bytes) else { continue }
            readable += 1
            #expect(ERR_peek_error() == 0)
            #expect(!checker.check(certificate, at: Moment.today).isValid, "bit \(bit) of byte \(position)")
            #expect(ERR_peek_error() == 0)
        }
        #expect(readable > 256, "the flips of the signature alone stay readable")
    }

    @Test func noTruncationIsACertificate() {
        for count in 0..<Self.hanako.count {
            #expect(throws: CertificateError.self, "\(count) bytes") { try Certificate(der: Array(Self.hanako.prefix(count))) }
            #expect(throws: CertificateError.self, "\(count) bytes") { try Certificate(fileContents: Array(Self.hanako.prefix(count))) }
            #expect(ERR_peek_error() == 0)
        }
    }

    @Test(arguments: [[0x00], [0xFF, 0xFF], hanako, [UInt8](repeating: 0, count: 20_000)]) func fillerBelongsToTheFileOnly(filler: [UInt8])
        throws
    {
        let file = Self.hanako + filler
        #expect(throws: CertificateError.self) { try Certificate(der: file) }
        #expect(try Certificate(fileContents: file).der == Self.hanako)
        do {
            _ = try Certificate(der: file)
        } catch {
            #expect(error.code == "certificate-malformed" && error.category == .badData)
            #expect(error.cause == "bytes after the certificate, from offset \(Self.hanako.count)")
        }
    }

    @Test func randomBytesAreNoCertificate() {
        var generator = SeededGenerator(seed: 0x4B41_5A41_5355)
        for round in 0..<2_000 {
            var bytes = generator.bytes(Int.random(in: 0...400, using: &generator))
            // Half of them begin as a certificate does, with a length that may or may not be right.
            if round.isMultiple(of: 2) { bytes = [0x30, 0x82, 0x01, UInt8(truncatingIfNeeded: bytes.count)] + bytes }
            #expect(throws: CertificateError.self) { try Certificate(der: bytes) }
            #expect(ERR_peek_error() == 0)
        }
    }

    @Test func randomDamageIsNeverValid() throws {
        let checker = try Synthetic.authenticationChecker()
        var generator = SeededGenerator(seed: 20_261_121)
        for _ in 0..<3_000 {
            var bytes = Self.hanako
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let position = Int.random(in: bytes.indices, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[position] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: position)
                case 2: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: position)
                default: bytes[position] = [0x00, 0x7F, 0x80, 0x84, 0xFF].randomElement(using: &generator) ?? 0
                }
            }
            guard bytes != Self.hanako, let certificate = try? Certificate(fileContents: bytes) else { continue }
            #expect(certificate.der == Self.hanako || !checker.check(certificate, at: Moment.today).isValid)
        }
    }

    @Test(arguments: ["-7E5700FF", "00", "7E57000000000000000000000000000000000000FF"])
    func aSerialThatIsNotPositiveOrTooLongIsRefused(serial: String) throws {
        var certificate = try Issuing(serial: "7E5700FF").certificate()
        // The serial follows the version: INTEGER of 4 octets, spoilt in place or made anew by the openssl program.
        switch serial {
        case "-7E5700FF":
            let position = try #require(certificate.firstRange(of: [0x02, 0x04, 0x7E, 0x57])?.lowerBound)
            certificate[position + 2] = 0xFE
        case "00":
            let position = try #require(certificate.firstRange(of: [0x02, 0x04, 0x7E, 0x57, 0x00, 0xFF])?.lowerBound)
            certificate.replaceSubrange(position..<position + 6, with: [0x02, 0x01, 0x00])
            certificate = shortened(certificate, by: 3)
        default:
            certificate = try Issuing(serial: serial).certificate()
        }
        do {
            _ = try Certificate(der: certificate)
            Issue.record("accepted")
        } catch {
            #expect(error.cause?.hasPrefix("the serial number") == true)
        }
    }

    @Test func aSerialOfTwentyOctetsIsGood() throws {
        let serial = "7E570000000000000000000000000000000000FF"
        #expect(hex(try Certificate(der: Issuing(serial: serial).certificate()).serial.bytes) == serial)
    }

    @Test func theCauseIsTheReasonOfOpenSSL() {
        do {
            _ = try Certificate(der: [0x04, 0x00])
            Issue.record("accepted")
        } catch {
            #expect(error.cause == "wrong tag")
        }
    }

    @Test func anExtensionThatIsThereTwiceIsRefused() throws {
        var issuing = Issuing()
        issuing.extensions["2.5.29.99"] = "DER:03020780"
        var certificate = try issuing.certificate()
        _ = try Certificate(der: certificate)
        // The openssl program does not write one twice: the unknown extension becomes a second keyUsage here.
        let position = try #require(certificate.firstRange(of: [0x06, 0x03, 0x55, 0x1D, 99])?.upperBound)
        certificate[position - 1] = 15
        do {
            _ = try Certificate(der: certificate)
            Issue.record("accepted")
        } catch {
            #expect(error.cause == "an extension cannot be read or is there twice")
        }
    }

    @Test func aLooserEncodingIsRefused() throws {
        // The length of the outer SEQUENCE in three octets instead of two: BER, not DER.
        let certificate = [0x30, 0x83, 0x00] + Self.hanako.dropFirst(2)
        do {
            _ = try Certificate(der: certificate)
            Issue.record("accepted")
        } catch {
            #expect(error.cause == "not in distinguished encoding")
        }
    }

    /// The lengths of the outer two SEQUENCEs, both in the form `30 82 hh ll`, less `count`.
    private func shortened(_ certificate: [UInt8], by count: Int) -> [UInt8] {
        var result = certificate
        for position in [2, 6] {
            let length = Int(result[position]) << 8 + Int(result[position + 1]) - count
            result[position] = UInt8(truncatingIfNeeded: length >> 8)
            result[position + 1] = UInt8(truncatingIfNeeded: length)
        }
        return result
    }
}
