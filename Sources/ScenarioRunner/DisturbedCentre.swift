import Centre
import Diagnosis
import Scenarios
import Station

/// A centre at which something goes wrong.
final class DisturbedCentre: EligibilityCentre {
    let source: SourceID
    private let station: Station
    private let fault: Scenario.CentreConduct.Fault
    private let latency: Duration

    init(_ fault: Scenario.CentreConduct.Fault, latency: Duration, on station: Station) {
        self.fault = fault
        self.latency = latency
        self.station = station
        source = station.makeSource()
    }

    func submit(_ message: CentreMessage) -> UInt64 {
        let token = station.makeToken()
        if let reply { station.schedule(Event(source: source, token: token, payload: reply), at: station.now + latency) }
        return token
    }

    private var reply: CentreReply? {
        switch fault {
        case .silent: nil
        case .wrong: .success(.registration(.unknown))
        case .down:
            .failure(
                CentreError(
                    code: "centre-down",
                    sentence: Sentence(
                        ja: "資格確認システムが止まっています。しばらくしてからやり直してください。", en: "The eligibility system is down; try again later."),
                    cause: "the scenario says so", category: .temporary))
        }
    }
}
