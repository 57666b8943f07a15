import Diagnosis

/// What has come of a session, as far as scenarios can expect something of it.
public struct ScenarioResult: Sendable, Hashable {
    /// A screen that was shown.
    public struct ShownScreen: Sendable, Hashable {
        /// Its name.
        public let name: String
        /// Its words line by line.
        public let words: [Language: [String]]

        /// A screen.
        public init(name: String, words: [Language: [String]]) {
            self.name = name
            self.words = words
        }
    }

    /// A command to the card and its answer, without what may be secret in it.
    public struct Exchange: Sendable, Hashable {
        /// The command as far as it may be seen, in hexadecimal.
        public let command: String
        /// How many of its bytes are hidden.
        public let hidden: Int
        /// The status word in hexadecimal, or the code of the error in its place.
        public let status: String
        /// When it began, after the beginning of the session.
        public let began: Duration
        /// How long it took.
        public let took: Duration

        /// An exchange.
        public init(command: String, hidden: Int, status: String, began: Duration, took: Duration) {
            self.command = command
            self.hidden = hidden
            self.status = status
            self.began = began
            self.took = took
        }

        /// In one line.
        public var text: String {
            let rest = hidden == 0 ? "" : " + \(hidden)"
            return "\(milliseconds(began)) ms: \(command)\(rest) -> \(status), \(milliseconds(took)) ms"
        }

        private func milliseconds(_ duration: Duration) -> String {
            let tenths = duration / .microseconds(100)
            let whole = Int64(tenths)
            return "\(whole / 10).\(whole % 10)"
        }
    }

    /// What has one value, by its key under `expect`; what is not there has none.
    public var fields: [String: String]
    /// The screens in order.
    public var screens: [ShownScreen]
    /// The exchanges with the card in order. The VERIFY of a reader's own keypad is not among them.
    public var exchanges: [Exchange]
    /// What the centre has written down in order: a function and what came of it, each.
    public var audit: [String] = []
    /// Further lists, by the key under `expect`.
    public var notes: [String: [String]] = [:]
    /// How many messages the centre got.
    public var messages = 0
    /// How many commands the card got from the program.
    public var commands: Int
    /// How long it all took.
    public var duration: Duration
    /// Everything that is written of the session: its trace, and what is told of how it ended.
    public var written: String

    /// A result.
    public init(
        fields: [String: String], screens: [ShownScreen], exchanges: [Exchange], commands: Int, duration: Duration, written: String
    ) {
        self.fields = fields
        self.screens = screens
        self.exchanges = exchanges
        self.commands = commands
        self.duration = duration
        self.written = written
    }
}
