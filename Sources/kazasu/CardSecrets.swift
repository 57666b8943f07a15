import Cards
import Commands
import Diagnosis
import MyNumberCard

/// The ways by which a secret of a card comes into this program. Each has its own, so that none is taken for another.
enum SecretRoute: CaseIterable {
    case authenticationPIN, signaturePassword, textPIN, visualCode, birthKey, commonPIN, residentPIN
    /// The PIN or password that is to count after a change.
    case new

    /// The environment variable.
    var variable: Variable {
        switch self {
        case .authenticationPIN: Variable("KAZASU_PIN", Sentence(ja: "利用者証明用の暗証番号", en: "The PIN of the authentication key"))
        case .signaturePassword: Variable("KAZASU_SIGN_PASSWORD", Sentence(ja: "署名用パスワード", en: "The password of the signature key"))
        case .textPIN: Variable("KAZASU_TEXT_PIN", Sentence(ja: "券面事項入力補助用の暗証番号", en: "The PIN of the four items"))
        case .visualCode:
            Variable(
                "KAZASU_VISUAL_CODE_B",
                Sentence(
                    ja: "照合番号B（和暦の生年月日6桁、有効期限の西暦4桁、セキュリティコード4桁の14桁）",
                    en: "照合番号B, 14 digits: birth as year of the Japanese era, month and day (6), year of expiry (4), security code (4)"))
        case .birthKey:
            Variable("KAZASU_BIRTH_KEY", Sentence(ja: "生年月日（和暦の年月日6桁）", en: "Year of the Japanese era, month and day of birth, 6 digits"))
        case .commonPIN: Variable("KAZASU_COMMON_PIN", Sentence(ja: "本人確認業務用の暗証番号", en: "The PIN of the common application"))
        case .residentPIN: Variable("KAZASU_RESIDENT_PIN", Sentence(ja: "住民基本台帳用の暗証番号", en: "The PIN of the 住基 application"))
        case .new: Variable("KAZASU_NEW_PIN", Sentence(ja: "新しい暗証番号", en: "The new PIN or password"))
        }
    }

    /// The option that names a file descriptor.
    var descriptor: ValueOption<Int32> {
        switch self {
        case .authenticationPIN: VisitOptions.pinDescriptor
        case .signaturePassword: option("sign-password-fd")
        case .textPIN: option("text-pin-fd")
        case .visualCode: option("visual-code-fd")
        case .birthKey: option("birth-key-fd")
        case .commonPIN: option("common-pin-fd")
        case .residentPIN: option("resident-pin-fd")
        case .new: option("new-pin-fd")
        }
    }

    /// Which secret of a simulated card it is.
    var credential: Credential? {
        switch self {
        case .authenticationPIN: .authenticationPIN
        case .signaturePassword: .signaturePassword
        case .textPIN: .textPIN
        case .visualCode: .verificationNumberB
        case .birthKey: .birthKey
        case .commonPIN: .commonPIN
        case .residentPIN: .residentRegistryPIN
        case .new: nil
        }
    }

    /// What the variables of all routes held.
    typealias Variables = [SecretRoute: Result<Secret?, SecretError>]

    /// Takes the variables of all routes out of the environment, also those that the command does not use. To be called before anything
    /// that may wait, such as reading a file.
    static func takeVariables(of invocation: Invocation) -> Variables {
        forbidCoreDumps()
        _ = ReaderKey.ofEnvironment
        let taken = allCases.map { route in
            (route, Result { () throws(SecretError) in try invocation.environment.takeSecret(route.variable.name) })
        }
        return Dictionary(uniqueKeysWithValues: taken)
    }

    /// What was given beforehand by these routes: by descriptor, else by variable.
    static func given(
        _ routes: [SecretRoute], _ variables: Variables, to invocation: Invocation, _ cancellation: Cancellation
    ) throws -> [SecretRoute: Secret] {
        try ReaderKey.read(for: invocation, cancellation)
        var given: [SecretRoute: Secret] = [:]
        for route in routes {
            given[route] = try variables[route]?.get()
            guard let descriptor = invocation[route.descriptor] else { continue }
            given[route] = try SecretInput.read(descriptor: descriptor, cancellation: cancellation)
        }
        return given
    }

    private func option(_ name: String) -> ValueOption<Int32> {
        let what = variable.summary
        return ValueOption<Int32>(
            name, placeholder: "N", Sentence(ja: "\(what.japanese)を読むファイル記述子", en: "\(what.english), from this file descriptor"))
    }
}

extension CardReference {
    /// How its secret comes in.
    var route: SecretRoute {
        switch self {
        case .authenticationPIN: .authenticationPIN
        case .signaturePassword: .signaturePassword
        case .textPIN: .textPIN
        case .textVisualCode, .faceVisualCode: .visualCode
        case .birthKey: .birthKey
        case .commonPIN: .commonPIN
        case .residentPIN: .residentPIN
        }
    }

    /// What it is called.
    var words: Sentence {
        switch self {
        case .authenticationPIN: Sentence(ja: "利用者証明用電子証明書の暗証番号", en: "PIN of the authentication certificate")
        case .signaturePassword: Sentence(ja: "署名用電子証明書の暗証番号", en: "password of the signature certificate")
        case .textPIN: Sentence(ja: "券面事項入力補助用の暗証番号", en: "PIN of the four items")
        case .textVisualCode: Sentence(ja: "照合番号B（券面事項入力補助）", en: "照合番号B, four items")
        case .faceVisualCode: Sentence(ja: "照合番号B（券面事項確認）", en: "照合番号B, card face")
        case .birthKey: Sentence(ja: "生年月日（券面事項確認）", en: "day of birth, age record")
        case .commonPIN: Sentence(ja: "本人確認業務用の暗証番号", en: "PIN of the common application")
        case .residentPIN: Sentence(ja: "住民基本台帳用の暗証番号", en: "PIN of the 住基 application")
        }
    }
}

/// The secrets of one run: what was given beforehand, else what a simulated card has, else what is typed.
struct CardSecrets {
    private let invocation: Invocation
    private let cancellation: Cancellation
    private let given: [SecretRoute: Secret]
    private let simulated: CardCredentials?

    /// Takes the secrets of these routes.
    init(
        _ routes: [SecretRoute], _ variables: SecretRoute.Variables, of invocation: Invocation, simulated: CardCredentials?,
        _ cancellation: Cancellation
    ) throws {
        self.invocation = invocation
        self.cancellation = cancellation
        given = try SecretRoute.given(routes, variables, to: invocation, cancellation)
        self.simulated = simulated
    }

    /// One secret; asked for at the terminal where nobody has given it.
    func take(_ route: SecretRoute) throws -> Secret {
        if let secret = given[route] { return secret }
        if let credential = route.credential, let bytes = simulated?[credential] { return Secret(bytes) }
        return try SecretInput.ask(route.variable.summary.text(in: invocation.language), cancellation: cancellation)
    }
}
