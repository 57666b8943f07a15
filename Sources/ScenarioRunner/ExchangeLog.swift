import Diagnosis
import ISO7816
import ReaderKit
import Scenarios
import Station

/// Keeps of every exchange what may be seen of it, and hands it on to the trace.
final class ExchangeLog: ExchangeObserver {
    private(set) var exchanges: [ScenarioResult.Exchange] = []
    private let trace: TraceWriter?
    private let origin: Instant

    init(trace: TraceWriter?, from origin: Instant) {
        self.trace = trace
        self.origin = origin
    }

    func connected(_ channel: any CardChannel, at moment: Instant) { trace?.connected(channel, at: moment) }

    func exchanged(
        _ command: Span<UInt8>, _ response: Span<UInt8>, error: ReaderError?, on channel: any CardChannel, from began: Instant,
        to ended: Instant
    ) {
        trace?.exchanged(command, response, error: error, on: channel, from: began, to: ended)
        let shown = ShownCommand.count(of: command)
        let status = response.count < 2 ? "none" : Hexadecimal.text([response[response.count - 2], response[response.count - 1]])
        exchanges.append(
            ScenarioResult.Exchange(
                command: Hexadecimal.text((0..<shown).map { command[$0] }), hidden: command.count - shown, status: error?.code ?? status,
                began: began - origin, took: ended - began))
    }
}
