/// The applications of one card with the holder's data in them: a profile made flesh.
struct FileSystem {
    /// An application with its files.
    struct Application {
        let identifier: [UInt8]
        let files: [File]
        let defaultKey: FileID?
    }

    /// A file of an application.
    struct File {
        let id: FileID
        let body: Body
    }

    /// What a file does.
    enum Body {
        case transparent(FileBytes, read: AccessCondition)
        case records([FileBytes], read: AccessCondition)
        case reference(Reference)
        case key(SigningKey, PrivateKeyEntry)
        case opaque
    }

    let applications: [Application]
    /// Keys of the holder that OpenSSL does not read.
    let unreadableKeys: Set<FileID>

    /// Every reference of the card.
    var references: [Reference] {
        applications.flatMap { application in
            application.files.compactMap { file in
                if case .reference(let reference) = file.body { reference } else { nil }
            }
        }
    }

    /// Files whose data, certificate or key the card does not have, or whose key OpenSSL does not read, are left out.
    init(_ profile: CardProfile, contents: CardContents, credentials: CardCredentials) {
        let store = FileStore(contents: contents, filler: profile.certificateFiller)
        var unreadableKeys: Set<FileID> = []
        applications = profile.applications.map { application in
            let files = application.files.compactMap { file -> File? in
                switch file.body {
                case .transparent(let content, let read):
                    return store.file(content).map { File(id: file.id, body: .transparent($0, read: read)) }
                case .records(let contents, let read):
                    let records = contents.compactMap(store.file)
                    return records.count < contents.count ? nil : File(id: file.id, body: .records(records, read: read))
                case .reference(let rules):
                    return File(id: file.id, body: .reference(Reference(rules, secret: credentials[rules.credential])))
                case .key(let entry):
                    guard let bytes = contents.key(entry.key) else { return nil }
                    guard let key = SigningKey(pkcs8: bytes) else {
                        unreadableKeys.insert(file.id)
                        return nil
                    }
                    return File(id: file.id, body: .key(key, entry))
                case .opaque:
                    return File(id: file.id, body: .opaque)
                }
            }
            return Application(identifier: application.identifier, files: files, defaultKey: application.defaultKey)
        }
        self.unreadableKeys = unreadableKeys
    }
}

extension FileSystem.Application {
    /// The position of a file; `nil` where there is none.
    func position(of id: FileID) -> Int? { files.firstIndex { $0.id == id } }

    /// Whether the security status satisfies a condition.
    func satisfies(_ condition: AccessCondition) -> Bool {
        switch condition {
        case .free: true
        case .never: false
        case .verified(let anyOf):
            files.contains { file in
                guard case .reference(let reference) = file.body else { return false }
                return reference.isVerified && anyOf.contains(file.id)
            }
        }
    }
}
