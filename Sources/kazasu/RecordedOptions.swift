import Certificates
import Commands
import Diagnosis
import ReaderTransport
import Recordings

/// The options of a visit as the first line of a recording has them: all but those that name a secret's descriptor or a file to write.
struct RecordedOptions {
    /// By name; the values of an option that was given several times are a line each.
    private(set) var texts: [String: String] = ["command": visitCommand.name]

    private static let challengeName = "challenge"
    private static let profileFileName = "profile-file"

    private static var known: [any Option] {
        let descriptors = [SecretRoute.authenticationPIN, .visualCode].map(\.descriptor) + [ReaderKey.descriptor]
        let unwritten = descriptors.map(\.specification.name) + [VisitOptions.trace.specification.name]
        return visitCommand.options.filter { !unwritten.contains($0.specification.name) }
            + [CommonOptions.json, CommonOptions.verbose, CommonOptions.language]
    }

    /// The options of a visit; what the configuration file and the locale say is among them.
    init(_ invocation: Invocation, reader: String) throws {
        for option in Self.known {
            texts[option.specification.name] = invocation.texts(of: option)?.joined(separator: "\n")
        }
        texts[ReaderOptions.reader.specification.name] = reader
        texts[VisitOptions.centre.specification.name] = try invocation[VisitOptions.centre] ?? invocation.configuration()[.centre]
        texts[VisitOptions.facility.specification.name] = try invocation[VisitOptions.facility] ?? invocation.configuration()[.facility]
        texts[CommonOptions.language.specification.name] = invocation.language == .japanese ? "ja" : "en"
    }

    /// Those of a recording. What `record` never writes is not taken either: a recording may be somebody else's.
    init(_ recording: Recording) {
        let names = Self.known.map(\.specification.name) + ["command", Self.challengeName, Self.profileFileName]
        texts = recording.options.filter { names.contains($0.key) }
    }

    /// The challenge that a real card has signed.
    var challenge: Challenge? {
        get { texts[Self.challengeName].flatMap { Hexadecimal.bytes($0) }.flatMap { try? Challenge(bytes: $0) } }
        set { texts[Self.challengeName] = newValue.map { Hexadecimal.text($0.bytes) } }
    }

    /// What was in the file of profiles, so that a replay needs no file. Nothing else than text is taken.
    var profileFile: [UInt8]? {
        get { texts[Self.profileFileName].map { Array($0.utf8) } }
        set { texts[Self.profileFileName] = newValue.flatMap { String(validating: $0, as: UTF8.self) } }
    }

    /// Where the centre's database was, where it was named.
    var centre: String? { texts[VisitOptions.centre.specification.name] }

    /// Takes what is given to a replay in place of what was recorded.
    mutating func replace(by invocation: Invocation, _ options: [any Option]) {
        for option in options {
            if let given = invocation.texts(of: option) { texts[option.specification.name] = given.joined(separator: "\n") }
        }
    }

    /// The call of `kazasu visit` that they are. Throws `RecordingFileError` where they are none.
    func visit(in invocation: Invocation) throws -> Invocation {
        guard texts["command"] == visitCommand.name else { throw Self.wrong("another command than a visit") }
        var words = [visitCommand.name]
        for option in Self.known + [VisitOptions.trace] {
            let specification = option.specification
            guard let text = texts[specification.name] else { continue }
            if specification.value == nil {
                if text == "true" { words.append(specification.longForm) }
            } else {
                let values = specification.isRepeatable ? text.split(separator: "\n").map(String.init) : [text]
                words += values.map { "\(specification.longForm)=\($0)" }
            }
        }
        do throws(UsageError) {
            if let visit = try invocation.inner(words) { return visit }
        } catch {
            throw Self.wrong(error.sentence.english)
        }
        throw Self.wrong("no visit")
    }

    private static func wrong(_ reason: String) -> RecordingFileError { RecordingFileError(line: 1, reason: "'options': \(reason)") }
}
