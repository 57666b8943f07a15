import ISO7816
import Station

/// What is in a file of the card for somebody without any secret.
public enum FileFinding: Sendable, Hashable {
    /// It is free to read.
    case contents([UInt8])
    /// The card refused, or has no such file.
    case refused(StatusWord)
    /// It was read, and is not what belongs there.
    case malformed(cause: String?)
}

extension MyNumberCard {
    /// Looks at every file that the layout names, in a fixed order, without any secret; nothing that a PIN protects is opened.
    ///
    /// One APDU for each application, and as many as reading takes for each file that is free. Throws `.reader` only.
    public func survey() throws(CardError) -> [(file: CardFile, finding: FileFinding)] {
        var findings: [(CardFile, FileFinding)] = []
        for file in CardFile.allCases where layout.files[file] != nil {
            do {
                findings.append((file, .contents(try contents(of: file))))
            } catch {
                switch error {
                case .refused(let status, _), .applicationMissing(let status), .notMyNumberCard(let status):
                    findings.append((file, .refused(status)))
                case .dataMalformed, .certificateMalformed: findings.append((file, .malformed(cause: error.cause)))
                default: throw error
                }
            }
        }
        return findings
    }

    private func contents(of file: CardFile) throws(CardError) -> [UInt8] {
        switch file {
        case .tokenInformation: try readBytes(file, count: TokenDescription.count, until: deadline)
        case .issueRecord: try readRecord(until: deadline)
        default: try readObject(file, until: deadline)
        }
    }
}
