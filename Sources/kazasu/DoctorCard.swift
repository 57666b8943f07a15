import Diagnosis
import ISO7816
import MyNumberCard
import ReaderKit

/// What the card is and has: nothing is verified, nothing is written, and no try of a PIN is used.
struct DoctorCard {
    let card: MyNumberCard
    let answerToReset: [UInt8]

    /// Whether it is a My Number Card, by its application.
    func identify() -> DoctorFinding {
        let answer = describeAnswer()
        do throws(CardError) {
            try card.select()
            return .ok(.card, Sentence(ja: "マイナンバーカードとして応答しました。", en: "It answers as a My Number Card."), cause: answer)
        } catch {
            switch error {
            case .notMyNumberCard(let status):
                return .failed(
                    .card, error.code, error.category,
                    Sentence(ja: "マイナンバーカードではありません。", en: "It is another card, not a My Number Card."),
                    advice: Sentence(ja: "マイナンバーカードを置いてください。", en: "Place a My Number Card."),
                    cause: "\(answer); SELECT answered \(status)")
            default: return .failed(.card, error, Sentence(ja: "カードと通信できません。", en: "The card cannot be talked to."))
            }
        }
    }

    private func describeAnswer() -> String {
        let text = "ATR " + Hexadecimal.text(answerToReset)
        guard let answer = try? AnswerToReset(bytes: answerToReset) else { return text + ", which is none" }
        let kind =
            switch answer.contactless {
            case .storage: "contactless storage card"
            case .typeA: "contactless, type A"
            case .typeB: "contactless, type B"
            case nil: "contacts, or a reader that hides the antenna"
            }
        let flaws = answer.irregularities.isEmpty ? "" : ", not as ISO/IEC 7816-3 wants it in \(answer.irregularities.count) places"
        return "\(text): \(kind)\(flaws)"
    }

    /// Which applications there are, and what the token says of itself; no kind where the card cannot be read.
    func lookAtApplications() -> (finding: DoctorFinding, kind: TokenDescription.Kind?) {
        do throws(CardError) {
            let token = try card.readTokenInformation()
            var missing: [String] = []
            if try isMissing({ () throws(CardError) in _ = try card.readTextInformation() }) { missing.append("券面事項入力補助AP") }
            if try isMissing({ () throws(CardError) in _ = try card.readFaceInformation() }) { missing.append("券面事項確認AP") }
            if try isMissing({ () throws(CardError) in _ = try card.readIssueRecord() }) { missing.append("共通カードAP") }
            return (Self.finding(token, missing: missing), token.kind)
        } catch {
            // The next card is known by its application alone.
            if case .notOnThisCard(let file) = error {
                return (
                    .ok(
                        .applications, Sentence(ja: "今のカードとは中身の違うカードです。", en: "It is laid out in another way than today's card."),
                        cause: "no \(file)"), .unknown
                )
            }
            return (.failed(.applications, error, Sentence(ja: "カードの中身を読めません。", en: "What the card holds cannot be read.")), nil)
        }
    }

    private static func finding(_ token: TokenDescription, missing: [String]) -> DoctorFinding {
        let kind = token.kind.words
        let cause = "token label \(token.label)"
        guard !missing.isEmpty else {
            return .ok(
                .applications, Sentence(ja: "\(kind.japanese)。必要なものがそろっています。", en: "\(kind.english) with all four applications."),
                cause: cause)
        }
        let list = missing.joined(separator: ", ")
        // Phones and older cards have the first one only.
        guard token.kind == .myNumberCard else {
            return .ok(.applications, Sentence(ja: "\(kind.japanese)。", en: "It is: \(kind.english)."), cause: "\(cause); without \(list)")
        }
        return .warning(
            .applications, "application-missing",
            Sentence(ja: "\(kind.japanese)ですが、\(list)がありません。", en: "\(kind.english) without \(list)."),
            advice: Sentence(
                ja: "暗証番号による資格確認はできます。顔の照合や4情報の読み取りはできません。",
                en: "A visit by PIN works; comparing the face or reading the four items does not."), cause: cause)
    }

    /// Whether the application is not there; what it answers otherwise does not matter here.
    private func isMissing(_ read: () throws(CardError) -> Void) throws(CardError) -> Bool {
        do {
            try read()
            return false
        } catch {
            switch error {
            case .applicationMissing: return true
            case .reader: throw error
            default: return false
            }
        }
    }

    /// How many tries every PIN has left, by VERIFY without data.
    func lookAtCounters() -> DoctorFinding {
        do throws(CardError) { return Self.finding(try card.counters().map { ($0.reference, $0.state) }) } catch {
            return .failed(.counters, error, Sentence(ja: "暗証番号の残り回数を読めません。", en: "The counters cannot be read."))
        }
    }

    /// What the counters mean; `nil` stands for what the card does not have.
    static func finding(_ counters: [(reference: CardReference, state: PINState?)]) -> DoctorFinding {
        let list = counters.compactMap { counter in counter.state.map { "\(counter.reference.rawValue) \($0.digits)" } }.joined(
            separator: ", ")
        func those(_ state: PINState) -> [CardReference] { counters.filter { $0.state == state }.map(\.reference) }
        let blocked = those(.blocked)
        guard blocked.isEmpty else { return finding(blocked: blocked, list) }
        let last = those(.left(1))
        guard last.isEmpty else {
            let names = Self.names(last)
            return .warning(
                .counters, "pin-last-try", Sentence(ja: "残り1回です：\(names.japanese)", en: "One try is left: \(names.english)."),
                advice: Sentence(
                    ja: "間違えるとロックされます。分からなければ、市区町村の窓口で初期化してください。",
                    en: "A wrong one blocks it; who is not sure has it set anew at the municipal office."), cause: list)
        }
        return .ok(.counters, Sentence(ja: "ロックされたものも、残り1回のものもありません。", en: "None is blocked, and none is at its last try."), cause: list)
    }

    private static func finding(blocked: [CardReference], _ list: String) -> DoctorFinding {
        let names = names(blocked)
        let sentence = Sentence(ja: "ロックされています：\(names.japanese)", en: "Blocked: \(names.english).")
        // Only this one stands in the way of a visit by PIN.
        guard blocked.contains(.authenticationPIN) else {
            return .warning(
                .counters, "pin-blocked", sentence,
                advice: Sentence(
                    ja: "暗証番号による資格確認はできます。市区町村の窓口で初期化できます。",
                    en: "A visit by PIN works; the municipal office can unblock it."), cause: list)
        }
        return .failed(
            .counters, "pin-blocked", .notPermitted, sentence,
            advice: Sentence(
                ja: "市区町村の窓口で初期化できます。顔認証マイナンバーカードなら、はじめから使えません。顔か目視で確認してください。",
                en: "The municipal office can unblock it. A card for face authentication is so from the start: use face or a visual check."),
            cause: list)
    }

    private static func names(_ references: [CardReference]) -> Sentence {
        Sentence(
            ja: references.map(\.words.japanese).joined(separator: "、"), en: references.map(\.words.english).joined(separator: ", "))
    }
}

extension PINState {
    fileprivate var digits: String {
        switch self {
        case .verified: "verified"
        case .left(let tries): "\(tries)"
        case .blocked: "0"
        }
    }
}
