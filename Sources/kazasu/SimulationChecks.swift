import Commands
import Diagnosis

extension Invocation {
    /// Refuses options of a simulation where a real reader was named: a fault that is never played looks like one that was survived.
    func refuse(_ options: [any Option]) throws {
        guard let given = options.first(where: { isGiven($0) }) else { return }
        let name = given.specification.longForm
        throw misuse(
            Sentence(
                ja: "\(name) は sim: のカードリーダーだけで使えます。", en: "\(name) is for sim: readers only."))
    }

    /// Says which faults were asked for at exchanges that never came.
    func warnOfFaults(after exchanges: Int) {
        for fault in self[ReaderOptions.fault] where fault.exchange > exchanges {
            tell(FaultNotReached(exchange: fault.exchange, exchanges: exchanges))
        }
    }
}

/// A fault was to happen at an exchange that never came.
private struct FaultNotReached: DiagnosedError {
    let exchange: Int
    let exchanges: Int

    var code: String { "fault-not-reached" }
    var sentence: Sentence {
        Sentence(
            ja: "\(exchange)番目のAPDUがなかったため、指定した異常は起きませんでした。",
            en: "There was no APDU number \(exchange), so the fault did not happen.")
    }
    var cause: String? { "\(exchanges) were sent" }
    var category: FailureCategory { .usage }
}
