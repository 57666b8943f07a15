/// What is done instead of the reader: the patterns A to D, of which B is two.
public enum FallbackPattern: String, Sendable, Hashable, CaseIterable {
    /// A: papers, word of mouth or a declaration.
    case papers
    /// B: システム障害時モード.
    case systemFailureMode
    /// B: 災害時モード.
    case disasterMode
    /// C: 目視確認モード.
    case visualMode
    /// D: マイナ資格確認アプリ（居宅同意取得型） or マイナ在宅受付Web.
    case appOrWeb

    /// The letter of the source.
    public var letter: Character {
        switch self {
        case .papers: "A"
        case .systemFailureMode, .disasterMode: "B"
        case .visualMode: "C"
        case .appOrWeb: "D"
        }
    }
}

/// Which patterns help against which obstacle (R131).
public struct FallbackTable: Sendable, Hashable {
    /// How the sources tie the two.
    public enum Basis: String, Sendable, Hashable {
        /// In words.
        case stated
        /// By the places in a figure, or by another sentence: assumed.
        case inferred
    }

    /// One pattern for one obstacle.
    public struct Line: Sendable, Hashable {
        /// The obstacle.
        public let obstacle: ReaderObstacle
        /// What helps.
        public let pattern: FallbackPattern
        /// How it is known.
        public let basis: Basis
    }

    /// The lines; what the sources would do first stands first.
    public var lines: [Line]

    /// A table.
    public init(lines: [Line]) { self.lines = lines }

    /// What the sources say in words alone.
    public static let stated = FallbackTable(lines: standard.lines.filter { $0.basis == .stated })

    /// What the sources say, and what is read from their figure.
    public static let standard = FallbackTable(lines: [
        Line(obstacle: .noEligibilityShown, pattern: .papers, basis: .inferred),
        Line(obstacle: .cardUnusable, pattern: .papers, basis: .inferred),
        Line(obstacle: .networkFailure, pattern: .systemFailureMode, basis: .stated),
        Line(obstacle: .networkFailure, pattern: .papers, basis: .inferred),
        Line(obstacle: .readerBroken, pattern: .systemFailureMode, basis: .stated),
        Line(obstacle: .readerBroken, pattern: .appOrWeb, basis: .stated),
        Line(obstacle: .readerBroken, pattern: .papers, basis: .inferred),
        Line(obstacle: .cardLostInDisaster, pattern: .disasterMode, basis: .stated),
        Line(obstacle: .identityFails, pattern: .visualMode, basis: .stated),
        Line(obstacle: .identityFails, pattern: .appOrWeb, basis: .inferred),
        Line(obstacle: .cannotOperate, pattern: .visualMode, basis: .stated),
        Line(obstacle: .cannotOperate, pattern: .appOrWeb, basis: .inferred),
        Line(obstacle: .differentRoute, pattern: .appOrWeb, basis: .stated),
    ])

    /// What helps against an obstacle, in the order of the table.
    public func patterns(for obstacle: ReaderObstacle) -> [FallbackPattern] { lines.filter { $0.obstacle == obstacle }.map(\.pattern) }
}
