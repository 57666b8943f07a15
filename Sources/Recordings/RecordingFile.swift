import Diagnosis
import ReaderTransport
import Traces

/// A recording as written by `Recorder`: JSON Lines, one object a line.
public enum RecordingFile {
    /// The recording up to the first line that is wrong or missing; `error` names that line. `nil` where not even the first line is right.
    ///
    /// A program that was ended in the middle leaves a recording without its last line.
    public static func read(_ bytes: [UInt8]) -> (recording: Recording?, error: RecordingFileError?) {
        var reading: RecordingReading?
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            // What follows the last line feed is a line only where something stands there.
            if line.isEmpty, line.endIndex == bytes.endIndex { break }
            number += 1
            do throws(LineError) {
                let fields = try JSONLine.decode(RecordingFields.self, from: line)
                if reading == nil { reading = try RecordingReading(fields) } else { try reading?.take(fields, line: number) }
            } catch {
                return (reading?.recording, RecordingFileError(line: number, reason: error.reason))
            }
        }
        guard let reading else { return (nil, RecordingFileError(line: 1, reason: "the file is empty")) }
        let isWhole = reading.isOver ? nil : RecordingFileError(line: number + 1, reason: "the recording is cut: its last line is missing")
        return (reading.recording, isWhole)
    }

    /// Whether bytes begin as a recording does.
    public static func isRecording(_ bytes: [UInt8]) -> Bool { bytes.starts(with: #"{"event": "recording""#.utf8) }

    /// A whole recording. Throws at the first line that is wrong or missing.
    public static func parse(_ bytes: [UInt8]) throws(RecordingFileError) -> Recording {
        let (recording, error) = read(bytes)
        if let error { throw error }
        guard let recording else { throw RecordingFileError(line: 1, reason: "the file is empty") }
        return recording
    }
}

/// A file is not a recording.
public struct RecordingFileError: DiagnosedError, Equatable {
    /// The line, counted from 1; the line after the last one where something is missing.
    public let line: Int
    /// What is wrong with it; no part of the line is in it.
    public let reason: String

    /// An error, such as one that somebody finds who makes use of what a line says.
    public init(line: Int, reason: String) {
        self.line = line
        self.reason = reason
    }

    /// Always the same.
    public var code: String { "recording-malformed" }
    /// What to do.
    public var sentence: Sentence {
        Sentence(
            ja: "通信記録の\(line)行目を読み取れません。kazasu record で作ったファイルを指定してください。",
            en: "Line \(line) of the recording cannot be read; name a file that 'kazasu record' has written.")
    }
    /// What is wrong with the line.
    public var cause: String? { "line \(line): \(reason)" }
    /// Always bad data.
    public var category: FailureCategory { .badData }
}
