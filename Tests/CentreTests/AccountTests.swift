import Centre
import Diagnosis
import MedicalAccess
import TestSupport
import Testing

@testable import CentreSimulator

@Suite struct AccountTests {
    let counter: Counter

    init() throws { counter = try Counter() }

    private func account(
        _ user: String = "abc", _ right: AccountRight = .general, name: String = "試験", kana: String = "シケン",
        from digits: String = "20260401", password: String = "correct horse"
    ) throws -> CentreRequest {
        .account(
            .create(
                NewAccount(
                    right: right, user: user, name: name, kana: kana, from: try day(digits), password: Secret(password.utf8))))
    }

    private func logIn(_ user: String, _ password: String) -> CentreRequest {
        .account(.logIn(user: user, password: Secret(password.utf8)))
    }

    @Test(.holds("R179"), arguments: ["ab", "a1", "A1b2C3d4", "12345678"]) func userIDs(user: String) throws {
        _ = try counter.ask(try account(user), from: .administrator)
        #expect(try counter.core.account(user)?.right == .general)
    }

    @Test(
        .holds("R179", "N06"),
        arguments: ["", "a", "123456789", "ａｂ", "a-b", "a b", "あい", "ab\n", "a\u{0301}b"])
    func whatIsNoUserID(user: String) throws {
        #expect(try counter.refusal(try account(user), from: .administrator) == "centre-user-id")
    }

    @Test(.holds("R178", "R200")) func anAccountIsMadeByAnAdministrator() throws {
        #expect(try counter.refusal(try account(), from: .counter) == "account-not-permitted")
        #expect(try counter.refusal(try account(), from: .consulting) == "account-not-permitted")
        #expect(try counter.refusal(try account()) == "centre-account-unknown")
        let elsewhere = CentreCaller(.receiptComputer, account: "kanri")
        #expect(try counter.refusal(try account(), from: elsewhere) == "centre-place-not-permitted")
        #expect(try counter.refusal(try account(name: ""), from: .administrator) == "centre-text-length")
        #expect(try counter.refusal(try account(kana: ""), from: .administrator) == "centre-text-length")
        guard case .account(.created) = try counter.ask(try account("abc", .medicalViewing), from: .administrator) else {
            Issue.record("not made")
            return
        }
        #expect(try counter.refusal(try account("abc"), from: .administrator) == "centre-user-exists")
        #expect(try counter.refusal(try account("boss", .administrator), from: .administrator) == "account-not-permitted")
        guard case .account(.loggedIn(.medicalViewing)) = try counter.ask(logIn("abc", "correct horse")) else {
            Issue.record("not logged in")
            return
        }
    }

    @Test(.holds("R178")) func anAccountBeginsOnItsDay() throws {
        _ = try counter.ask(try account("later", from: "20261122"), from: .administrator)
        let caller = CentreCaller(.terminal, account: "later")
        #expect(try counter.refusal(logIn("later", "correct horse")) == "centre-log-in-failed")
        #expect(try counter.refusal(.passcode(.issue), from: caller) == "centre-account-unknown")
        counter.now = 1_795_273_200 - 1  // the last second of 2026-11-21 in Japan
        #expect(try counter.refusal(.passcode(.issue), from: caller) == "centre-account-unknown")
        counter.now += 1
        _ = try counter.ask(logIn("later", "correct horse"))
        _ = try counter.ask(.passcode(.issue), from: caller)
    }

    @Test func logInFailsAlikeForEveryReason() throws {
        for (user, password) in [("kanri", "kazasu-tesT"), ("kanri", ""), ("nobody", "kazasu-test"), ("KANRI", "kazasu-test")] {
            #expect(try counter.refusal(logIn(user, password)) == "centre-log-in-failed")
        }
    }

    @Test(arguments: ["", "1234567", String(repeating: "x", count: 65)]) func passwordsHaveALength(password: String) throws {
        #expect(try counter.refusal(try account(password: password), from: .administrator) == "centre-password")
    }

    /// No column of any table holds a password or a passcode.
    @Test func onlyHashesAreKept() throws {
        _ = try counter.ask(try account(password: "correct horse"), from: .administrator)
        guard case .passcode(.issued(let passcode)) = try counter.ask(.passcode(.issue), from: .administrator) else {
            throw CentreError.otherAnswer
        }
        let dump = try counter.core.database.rows(
            """
            SELECT user || right || name || kana || hex(salt) || hex(hash) FROM account UNION ALL
            SELECT account || hex(salt) || '-' || hex(hash) FROM passcode
            """
        ) { $0.text(0) }.joined()
        let digits = passcode.withBytes { bytes in bytes.indices.map { bytes[$0] } }
        let clear = String(decoding: digits, as: UTF8.self)
        #expect(!dump.contains("correct horse"))
        #expect(!dump.contains(hexadecimal("correct horse")))
        #expect(!dump.contains(hexadecimal(clear)))
    }

    /// Vectors of RFC 7914 clause 11 for PBKDF2 with HMAC-SHA-256, the first 32 octets.
    @Test(arguments: [
        ("passwd", "salt", 1, "55AC046E56E3089FEC1691C22544B605F94185216DDE0465E68B9D57C20DACBC"),
        ("Password", "NaCl", 80_000, "4DDCD8F60B98BE21830CEE5EF22701F9641A4418D04C0414AEFF08876B34AB56"),
    ])
    func theHashIsPBKDF2(password: String, salt: String, rounds: Int, hash: String) throws {
        let made = try SaltedHash(of: Secret(password.utf8), salt: Array(salt.utf8), rounds: rounds)
        #expect(made.bytes.map { hexadecimal([$0]) }.joined() == hash)
        #expect(try made.matches(Secret(password.utf8)))
        #expect(try !made.matches(Secret("passwD".utf8)))
    }

    private func hexadecimal(_ text: String) -> String { hexadecimal(Array(text.utf8)) }
    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    }
}
