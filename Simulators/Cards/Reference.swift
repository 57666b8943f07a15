import Glibc

/// A PIN or password on the card: the secret, its counter, and whether it has been verified.
///
/// The counter outlives power; the status does not. Measured by public open-source projects: the try that exhausts the counter answers
/// `63C0`, from then on every VERIFY answers `6984`, the right secret too; asking for the counter costs no try.
final class Reference {
    let rules: ReferenceData
    /// The tries that are left, 0 when blocked. Only a right VERIFY sets it back.
    private(set) var triesLeft: Int
    /// Whether it has been verified since power-up.
    private(set) var isVerified = false
    // ASCII, at most 16 bytes; empty when the holder has no such secret, and then nothing is right.
    private var secret: [UInt8]

    init(_ rules: ReferenceData, secret: [UInt8]?) {
        self.rules = rules
        triesLeft = rules.issue == .usable ? rules.tries : 0
        // A copy of our own, so that wiping it wipes nobody else's.
        self.secret = []
        self.secret.append(contentsOf: secret ?? [])
    }

    deinit { wipe() }

    /// What VERIFY without a body answers: `9000` when verified, `6984` when blocked, else `63Cx`. One that was never usable says `63C0`.
    var inquiry: StatusWord {
        if isVerified { return .success }
        if rules.issue == .blocked { return .triesLeft(0) }
        return triesLeft == 0 ? .blocked : .triesLeft(triesLeft)
    }

    /// One try. A wrong one costs one and takes the status away.
    func verify(_ candidate: Span<UInt8>) -> StatusWord {
        guard triesLeft > 0 else { return .blocked }
        guard matches(candidate) else {
            triesLeft -= 1
            isVerified = false
            return .triesLeft(triesLeft)
        }
        triesLeft = rules.tries
        isVerified = true
        return .success
    }

    /// Whether CHANGE REFERENCE DATA takes this as the new secret.
    func takes(_ candidate: Span<UInt8>) -> Bool {
        guard rules.lengths.contains(candidate.count) else { return false }
        for index in candidate.indices where !rules.alphabet.contains(candidate[index]) { return false }
        return true
    }

    func change(to new: Span<UInt8>) {
        wipe()
        for index in new.indices { secret.append(new[index]) }
    }

    func forgetStatus() { isVerified = false }

    /// For tests: a card as it may come to the counter. A blocked card has nothing verified.
    func preset(triesLeft count: Int) {
        guard rules.issue != .blocked else { return }
        triesLeft = min(max(0, count), rules.tries)
        if triesLeft == 0 { isVerified = false }
    }

    private func matches(_ candidate: Span<UInt8>) -> Bool {
        guard !secret.isEmpty, candidate.count == secret.count else { return false }
        var difference: UInt8 = 0
        for index in candidate.indices { difference |= candidate[index] ^ secret[index] }
        return difference == 0
    }

    private func wipe() {
        secret.withUnsafeMutableBytes { bytes in
            if let start = bytes.baseAddress { explicit_bzero(start, bytes.count) }
        }
        secret.removeAll(keepingCapacity: true)
    }
}

extension ReferenceData.Alphabet {
    func contains(_ byte: UInt8) -> Bool {
        switch self {
        case .digits: (0x30...0x39).contains(byte)
        case .digitsAndCapitals: (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
        }
    }
}
