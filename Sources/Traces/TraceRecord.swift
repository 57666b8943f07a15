/// One line of a trace.
public struct TraceRecord: Sendable, Hashable {
    /// When it happened (or began), in nanoseconds of the station's clock.
    public let at: Int64
    /// What happened.
    public let event: Event

    /// What happened.
    public enum Event: Sendable, Hashable {
        /// The trace begins: which program wrote it, for which reader, in which kind of time, and the Unix time at its start.
        case start(program: String, reader: String, clock: String, unixTime: Int64)
        /// A card has power; its answer to reset in hexadecimal.
        case card(reader: String, slot: Int, answerToReset: String)
        /// An exchange.
        case exchange(Exchange)
        /// A stage of a visit begins.
        case stage(String)
        /// The visit ended so, with so many records, this one included; `nil` where the trace does not say.
        case end(outcome: String, records: Int?)
        /// Something that a later version writes.
        case other(String)
    }

    /// A command and its answer, without what is secret in them.
    public struct Exchange: Sendable, Hashable {
        /// The reader's name.
        public let reader: String
        /// The slot.
        public let slot: Int
        /// How long it took, in nanoseconds.
        public let took: Int64
        /// The visible beginning of the command APDU.
        public let command: [UInt8]
        /// How many bytes of the command are hidden.
        public let commandHidden: Int
        /// How it ended.
        public let result: Result

        /// How an exchange ended.
        public enum Result: Sendable, Hashable {
            /// With a status word; so many bytes of data are hidden.
            case status(UInt16, dataHidden: Int)
            /// Without an answer; the code of the error.
            case error(String)
        }
    }
}
