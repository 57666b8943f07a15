import Commands
import Diagnosis
import ReaderTransport
import Scenarios
import Station

/// `kazasu readers --watch`: one line a change, until a signal ends it.
func watchReaders(_ invocation: Invocation) throws -> Int32 {
    let station = Station(.real)
    let interrupts = Interrupts.watch { [inbox = station.inbox] _ in inbox.cancel() }
    var watches: [(scheme: String, watch: any AttachmentWatch)] = []
    defer { for (_, watch) in watches { watch.stop() } }
    for source in ReaderBench(profiles: try invocation.profiles()).sources {
        if let watch = try source.watch(on: station) { watches.append((source.scheme, watch)) }
    }
    let output = invocation.streams.output
    while case .event(let event) = station.next(until: .distantFuture) {
        guard let change = event.payload as? AttachmentChange,
            let scheme = watches.first(where: { $0.watch.source == event.source })?.scheme
        else { continue }
        let told = ReaderChange(change, scheme: scheme, at: station.unixTime, language: invocation.language)
        try output.writeLine(invocation.json ? jsonLine(told) : told.line)
        // Whoever follows the lines wants each now.
        try output.flush()
    }
    return interrupts.received?.exitStatus ?? FailureCategory.cancelled.exitStatus
}

/// A change as it is told.
struct ReaderChange: Encodable {
    /// When, in Japanese time (RFC 3339).
    let time: String
    /// What has happened, such as `card-inserted`.
    let event: String
    /// The selector of the reader; `nil` where it is about the service.
    let reader: String?
    /// Which service.
    let scheme: String
    /// Why the service is lost.
    let code: String?
    /// The same for people, or what has happened.
    let message: String

    init(_ change: AttachmentChange, scheme: String, at unixTime: Int64, language: Language) {
        time = JapaneseTime(unixTime: unixTime).text
        self.scheme = scheme
        let words: Sentence
        switch change {
        case .arrived(let description):
            (event, reader, code) = ("reader-arrived", "\(scheme):\(description.name)", nil)
            words = Sentence(ja: "リーダーが接続された", en: "reader arrived")
        case .left(let description):
            (event, reader, code) = ("reader-left", "\(scheme):\(description.name)", nil)
            words = Sentence(ja: "リーダーが外された", en: "reader left")
        case .cardInserted(let description):
            (event, reader, code) = ("card-inserted", "\(scheme):\(description.name)", nil)
            words = Sentence(ja: "カードが置かれた", en: "card inserted")
        case .cardRemoved(let description):
            (event, reader, code) = ("card-removed", "\(scheme):\(description.name)", nil)
            words = Sentence(ja: "カードが外された", en: "card removed")
        case .serviceLost(let error):
            (event, reader, code) = ("service-lost", nil, error.code)
            words = error.sentence
        case .serviceBack:
            (event, reader, code) = ("service-back", nil, nil)
            words = Sentence(ja: "サービスが再開した", en: "the service answers again")
        }
        message = words.text(in: language)
    }

    /// One line for people. The names come from drivers and USB devices.
    var line: String { printable("\(time)  \(reader ?? "\(scheme):")  \(message)") }
}
