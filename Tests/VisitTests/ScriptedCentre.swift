import Centre
import Diagnosis
import Station

/// A test double of a centre: it answers each message as told, or not at all, and remembers them.
final class ScriptedCentre: EligibilityCentre {
    let source: SourceID
    private let station: Station
    private let reply: (Int, CentreRequest) -> [(after: Duration, reply: CentreReply)]
    private(set) var messages: [CentreMessage] = []

    /// `reply` is told the number of the message, the first being 1.
    init(on station: Station, _ reply: @escaping (Int, CentreRequest) -> [(after: Duration, reply: CentreReply)]) {
        self.station = station
        self.reply = reply
        source = station.makeSource()
    }

    func submit(_ message: CentreMessage) -> UInt64 {
        let token = station.makeToken()
        messages.append(message)
        for (after, reply) in reply(messages.count, message.request) {
            station.schedule(Event(source: source, token: token, payload: reply), at: station.now + after)
        }
        return token
    }

    /// What was asked to be registered, message by message.
    var registrations: [ConsentRegistration?] {
        messages.compactMap { if case .eligibility(let query) = $0.request { .some(query.consent) } else { nil } }
    }

    /// What was asked to be registered first; `nil` where nothing was.
    var registration: ConsentRegistration? { registrations.first ?? nil }

    static let insured = CentreReply.success(.eligibility(EligibilityAnswer(validity: .valid, qualification: nil, person: nil)))
    static let notRegistered = CentreReply.failure(
        failure("centre-card-not-registered", .notPermitted, "健康保険証利用登録が済んでいません。"))

    static func failure(_ code: String, _ category: FailureCategory, _ japanese: String = "だめです。") -> CentreError {
        CentreError(code: code, sentence: Sentence(ja: japanese, en: "It did not work."), cause: "test", category: category)
    }
}
