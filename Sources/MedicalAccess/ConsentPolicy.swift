/// How long a consent lasts, as data: one line for each care setting.
public struct ConsentPolicy: Sendable, Equatable {
    /// How long after it was given a consent may be used.
    public enum Validity: Sendable, Equatable {
        /// So many seconds; the last of them is included (the sources have 可能時刻 = 同意時刻 + 24 h; that it is included is assumed).
        case seconds(Int64)
        /// Until somebody cancels it or the setting of the facility ends it.
        case untilCancelled
    }

    /// The lines; a setting that has none takes no consent.
    public var validity: [CareSetting: Validity]

    /// A policy.
    public init(validity: [CareSetting: Validity]) { self.validity = validity }

    /// 24 hours to the second for outpatients and in an emergency; at home and online until it is cancelled.
    public static let standard = ConsentPolicy(validity: [
        .outpatient: .seconds(86_400), .homeVisit: .untilCancelled, .online: .untilCancelled, .emergency: .seconds(86_400),
    ])

    /// Whether a consent can be cancelled, by whom and why (IF-037, IF-038): where it does not end by itself.
    public func canBeCancelled(in setting: CareSetting) -> Bool { validity[setting] == .untilCancelled }

    /// What a message says of a consent at a Unix time, in seconds; of none it says `.none`.
    public func state(of grant: ConsentGrant?, at now: Int64) -> ConsentState {
        guard let grant, let validity = validity[grant.setting], now >= grant.time else { return .none }
        let last: Int64? =
            switch validity {
            case .seconds(let seconds): grant.time > .max - seconds ? .max : grant.time + seconds
            case .untilCancelled: nil
            }
        let isOver = grant.ending.map { now >= $0.time } ?? false || last.map { now > $0 } ?? false
        guard isOver else { return ConsentState(flag: .given, setting: grant.setting, time: grant.time, availableUntil: last) }
        // An outpatient's has 0 and 1 only.
        return canBeCancelled(in: grant.setting) ? ConsentState(flag: .expired, setting: grant.setting, time: grant.time) : .none
    }
}

/// A consent that was given to one category, and what ended it.
public struct ConsentGrant: Sendable, Equatable {
    /// To what.
    public let category: ConsentCategory
    /// Where the patient is treated.
    public let setting: CareSetting
    /// When it was given: Unix time, in seconds (同意時刻).
    public let time: Int64
    /// What ended it before its time.
    public var ending: Ending?

    /// The end of a consent.
    public struct Ending: Sendable, Equatable {
        /// Why.
        public let reason: ConsentEnding
        /// From when on: Unix time, in seconds.
        public let time: Int64

        /// An end.
        public init(_ reason: ConsentEnding, at time: Int64) {
            self.reason = reason
            self.time = time
        }
    }

    /// A consent.
    public init(to category: ConsentCategory, in setting: CareSetting, at time: Int64, ending: Ending? = nil) {
        self.category = category
        self.setting = setting
        self.time = time
        self.ending = ending
    }
}

/// What the centre says of a patient's consent to one category. Only what speaks for a centre makes one.
public struct ConsentState: Sendable, Equatable {
    /// Whether there is one.
    public let flag: ConsentFlag
    /// For which care it was given; `nil` where there is none.
    public let setting: CareSetting?
    /// 同意時刻: Unix time, in seconds.
    public let time: Int64?
    /// 閲覧可能時刻, the last second; `nil` where no end is known.
    public let availableUntil: Int64?

    /// There is none.
    public static let none = ConsentState(flag: .none, setting: nil)

    package init(flag: ConsentFlag, setting: CareSetting?, time: Int64? = nil, availableUntil: Int64? = nil) {
        self.flag = flag
        self.setting = setting
        self.time = time
        self.availableUntil = availableUntil
    }

    /// Whether it may be used at a Unix time, in seconds.
    func isLive(at now: Int64) -> Bool {
        guard flag == .given, let time, now >= time else { return false }
        return availableUntil.map { now <= $0 } ?? true
    }
}
