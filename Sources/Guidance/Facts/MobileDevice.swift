import Diagnosis

/// What keeps a facility's mobile device safe and closed (R184, R185).
public enum MobileDevice {
    /// How the app is opened once it is set up (R184).
    public enum Login: String, Sendable, Hashable, CaseIterable {
        /// 生体認証.
        case biometrics
        /// The four digits that were chosen at set-up; what they are called is `SourceParameters.loginSecret`.
        case secret
    }

    /// A measure that the sources name (R185).
    public enum Measure: String, Sendable, Hashable, CaseIterable {
        /// ウイルス対策ソフト.
        case antivirus

        /// What to do.
        public var sentence: Sentence {
            Sentence(ja: "ウイルス対策ソフトをインストールしてください。", en: "Install anti-virus software.")
        }
    }

    /// The measures that a device still needs before it is used.
    public static func missing(_ taken: Set<Measure>, required: Set<Measure> = Set(Measure.allCases)) -> Set<Measure> {
        required.subtracting(taken)
    }
}
