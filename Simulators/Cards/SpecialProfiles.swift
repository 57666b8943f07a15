// My Number Cards with a peculiarity, and cards that are no card at all.

extension CardProfile {
    /// The same card with some references issued in another state.
    public func issuing(_ credentials: Set<Credential>, as issue: ReferenceData.Issue) -> CardProfile {
        var profile = self
        for application in profile.applications.indices {
            for file in profile.applications[application].files.indices {
                guard case .reference(var reference) = profile.applications[application].files[file].body,
                    credentials.contains(reference.credential), reference.issue == .usable
                else { continue }
                reference.issue = issue
                profile.applications[application].files[file].body = .reference(reference)
            }
        }
        return profile
    }

    /// Another identifier in the field at each power-up (ISO/IEC 14443-3 clause 7.9.2 allows it), and another answer to request: seen on a
    /// generation of cards by a public open-source project. Which identifier belongs to which of the measured answers is assumed.
    public static let randomIdentifier: CardProfile = {
        var profile = myNumberCard
        profile.name = "random-pupi"
        profile.hasRandomPUPI = true
        profile.contactlessAnswerToReset = [0x3B, 0x88, 0x80, 0x01, 0x00, 0x4B, 0x51, 0xFF, 0xB3, 0x81, 0xD1, 0x00, 0x0F]
        return profile
    }()

    /// The first command after power-up answers `6F00` (measured by a public open-source project).
    public static let failingFirst: CardProfile = {
        var profile = myNumberCard
        profile.name = "first-command-fails"
        profile.failsFirstCommand = true
        return profile
    }()

    /// Twenty times as long for everything: a signature takes 4.4 seconds, still an answer.
    public static let slow: CardProfile = {
        var profile = myNumberCard
        profile.name = "slow"
        profile.computingTimes = ComputingTimes.assumed.multiplied(by: 20)
        return profile
    }()

    /// Answers its reset and then nothing.
    public static let mute: CardProfile = {
        var profile = myNumberCard
        profile.name = "mute"
        profile.isMute = true
        return profile
    }()

    /// Does not answer its reset: a broken card, or something that is no IC card.
    public static let dead = CardProfile(name: "dead", applications: [], contactAnswerToReset: [], contactlessAnswerToReset: [])
}

extension ComputingTimes {
    /// Each of them so many times as long.
    public func multiplied(by factor: Int) -> ComputingTimes {
        ComputingTimes(
            select: select * factor, read: read * factor, readPerByte: readPerByte * factor, inquire: inquire * factor,
            verify: verify * factor, change: change * factor, challenge: challenge * factor, sign: sign * factor, refuse: refuse * factor)
    }
}
