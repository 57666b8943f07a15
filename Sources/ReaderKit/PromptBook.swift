import Station

/// The prompts of a reader: what people were asked, and how it ended, once each, by an event of the reader's source.
///
/// A prompt that the reader says nothing more about ends by itself after its patience, so nobody waits for ever.
public final class PromptBook<Question, Answer> {
    private struct Entry {
        let prompt: PromptID
        let number: UInt32
        let question: Question
        let patience: Duration
        /// Its place on the station's agenda.
        var event: UInt64
        var end: Result<Answer, ReaderError>?
    }

    private let source: SourceID
    private let station: Station
    private let numbers: ClosedRange<UInt32>
    private var nextNumber: UInt32
    // In the order of asking: a run repeats to the byte.
    private var entries: [Entry] = []

    /// Prompts whose events are of `source`, with numbers for the cable from `numbers`, beginning with `first`.
    public init(source: SourceID, on station: Station, numbers: ClosedRange<UInt32> = 1...UInt32.max, first: UInt32 = 1) {
        self.source = source
        self.station = station
        self.numbers = numbers
        nextNumber = numbers.contains(first) ? first : numbers.lowerBound
    }

    /// Begins a prompt; without an end in `patience` it ends by `.timedOut`.
    public func begin(_ question: Question, patience: Duration) -> PromptID {
        let prompt = PromptID(rawValue: station.makeToken())
        let event = schedule(prompt, at: station.now + patience)
        entries.append(Entry(prompt: prompt, number: takeNumber(), question: question, patience: patience, event: event))
        return prompt
    }

    /// Ends a prompt; the first end counts, and what is not open any more is left alone.
    public func end(_ prompt: PromptID, _ end: Result<Answer, ReaderError>) {
        guard let index = openIndex(prompt) else { return }
        // What has rung already has been told.
        guard station.unschedule(entries[index].event) else { return }
        entries[index].end = end
        entries[index].event = schedule(prompt, at: station.now)
    }

    /// Ends every prompt that is open.
    public func endAll(_ error: ReaderError) {
        for prompt in open { end(prompt, .failure(error)) }
    }

    /// How a prompt ended, once. Throws what ended it otherwise; `.timedOut` where the reader said nothing.
    public func take(_ prompt: PromptID) throws(ReaderError) -> Answer {
        guard let index = entries.firstIndex(where: { $0.prompt == prompt }) else {
            throw ReaderError(.cancelled, cause: "the prompt is over")
        }
        if let end = entries[index].end {
            forget(prompt)
            return try end.get()
        }
        // Still on the agenda: its event has not come.
        if station.unschedule(entries[index].event) {
            entries[index].event = schedule(prompt, at: station.now + entries[index].patience)
            throw ReaderError(.cancelled, cause: "the prompt has not ended")
        }
        forget(prompt)
        throw ReaderError(.timedOut, cause: "the reader does not say how the prompt ended")
    }

    /// Takes a prompt back; `false` where it is not open any more.
    @discardableResult
    public func forget(_ prompt: PromptID) -> Bool {
        guard let index = entries.firstIndex(where: { $0.prompt == prompt }) else { return false }
        let entry = entries.remove(at: index)
        station.unschedule(entry.event)
        return entry.end == nil
    }

    /// Begins the patience of every open prompt anew: somebody is there.
    public func postpone() {
        for index in entries.indices where entries[index].end == nil && station.unschedule(entries[index].event) {
            entries[index].event = schedule(entries[index].prompt, at: station.now + entries[index].patience)
        }
    }

    /// The prompts that have not ended, oldest first.
    public var open: [PromptID] { entries.compactMap { $0.end == nil ? $0.prompt : nil } }

    /// Whether there is one; asked at every poll.
    public var hasOpen: Bool { entries.contains { $0.end == nil } }

    /// What a prompt asks whose end nobody has taken yet.
    public func question(of prompt: PromptID) -> Question? { entries.first { $0.prompt == prompt }?.question }

    /// The number that stands for a prompt on the cable.
    public func number(of prompt: PromptID) -> UInt32? { entries.first { $0.prompt == prompt }?.number }

    /// The open prompt that a number on the cable stands for.
    public func prompt(number: UInt32) -> PromptID? { entries.first { $0.number == number && $0.end == nil }?.prompt }

    private func openIndex(_ prompt: PromptID) -> Int? { entries.firstIndex { $0.prompt == prompt && $0.end == nil } }

    private func schedule(_ prompt: PromptID, at moment: Instant) -> UInt64 {
        station.schedule(Event(source: source, token: prompt.rawValue), at: moment)
    }

    private func takeNumber() -> UInt32 {
        defer { nextNumber = nextNumber < numbers.upperBound ? nextNumber + 1 : numbers.lowerBound }
        return nextNumber
    }
}
