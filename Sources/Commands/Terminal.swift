import Glibc

/// What a stream's terminal can do, if it is one.
public struct Terminal: Sendable {
    /// Whether the stream is a terminal.
    public let isTerminal: Bool
    /// Whether bold and colour may be used: a terminal that knows them, and nobody objects with NO_COLOR (no-color.org).
    public let allowsStyles: Bool
    /// The width in columns; 80 where it is no terminal or does not say.
    public let width: Int

    /// The terminal behind `descriptor`.
    public init(descriptor: Int32, environment: Environment) {
        isTerminal = isatty(descriptor) == 1
        let kind = environment["TERM"] ?? ""
        let objects = !(environment["NO_COLOR"] ?? "").isEmpty
        allowsStyles = isTerminal && !objects && kind != "" && kind != "dumb"
        var size = winsize()
        let answers = isTerminal && ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0
        width = answers && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    /// A look for a piece of text (ECMA-48 clause 8.3.117, SGR).
    public enum Style: Int, Sendable {
        /// Bold.
        case bold = 1
        /// Faint.
        case faint = 2
        /// Red.
        case red = 31
        /// Green.
        case green = 32
        /// Yellow.
        case yellow = 33
    }

    /// `text` in `style`, or as it is where styles are not allowed.
    public func styled(_ text: String, _ style: Style) -> String {
        allowsStyles ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }
}

/// One line on standard error that is written over as work goes on; nothing at all where that is no terminal.
public struct ProgressLine {
    private let stream: MessageStream
    private let terminal: Terminal
    private var isShown = false

    /// A line on `stream`.
    public init(on stream: MessageStream, environment: Environment) {
        self.stream = stream
        terminal = Terminal(descriptor: stream.descriptor, environment: environment)
    }

    /// Shows `text` in place of what was shown before, cut to the width of the terminal.
    public mutating func show(_ text: String) {
        guard terminal.isTerminal else { return }
        stream.write("\r" + TextLayout.cut(printable(text), to: terminal.width - 1) + clearToEnd)
        isShown = true
    }

    /// Takes the line away, before something else is written.
    public mutating func clear() {
        if isShown { stream.write("\r" + clearToEnd) }
        isShown = false
    }

    // ECMA-48 clause 8.3.41, EL; a terminal without it gets blanks.
    private var clearToEnd: String { terminal.allowsStyles ? "\u{1B}[K" : "" }
}
