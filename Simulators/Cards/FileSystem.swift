/// The applications of one card with the holder's data in them: a profile made flesh.
struct FileSystem {
    /// An application with its files.
    struct Application {
        let identifier: [UInt8]
        let files: [File]
        let defaultKey: FileID?
        let messaging: CardApplication.KeyDelivery
        /// The references that stand above all applications.
        let rootReferences: [FileID: Reference]
    }

    /// A data object of the card itself.
    struct DataObject {
        let file: FileBytes
        let isEverywhere: Bool
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
        case terminalAuthority
        case opaque
    }

    /// The applications of the profile, and after them its root.
    let applications: [Application]
    /// The position of the root; `nil` where an issuer security domain is selected after power-up.
    let root: Int?
    let dataObjects: [UInt16: DataObject]
    /// The key to which session keys are encrypted.
    let messagingKey: SigningKey?
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
        var builder = FileSystemBuilder(
            contents: contents, credentials: credentials, store: FileStore(contents: contents, filler: profile.certificateFiller))
        let root = profile.root.map { builder.application($0, under: [:]) }
        let rootReferences = root?.references ?? [:]
        applications = profile.applications.map { builder.application($0, under: rootReferences) } + (root.map { [$0] } ?? [])
        self.root = root == nil ? nil : profile.applications.count
        var dataObjects: [UInt16: DataObject] = [:]
        for object in profile.dataObjects {
            dataObjects[object.tag] = builder.store.file(object.content).map { DataObject(file: $0, isEverywhere: object.isEverywhere) }
        }
        self.dataObjects = dataObjects
        messagingKey = contents.key(.card(.messaging)).flatMap(SigningKey.init(pkcs8:))
        unreadableKeys = builder.unreadableKeys
    }
}

/// Makes applications, and remembers the keys that are none.
private struct FileSystemBuilder {
    let contents: CardContents
    let credentials: CardCredentials
    let store: FileStore
    var unreadableKeys: Set<FileID> = []

    mutating func application(_ application: CardApplication, under rootReferences: [FileID: Reference]) -> FileSystem.Application {
        var files: [FileSystem.File] = []
        for file in application.files {
            guard let body = body(of: file) else { continue }
            files.append(FileSystem.File(id: file.id, body: body))
        }
        return FileSystem.Application(
            identifier: application.identifier, files: files, defaultKey: application.defaultKey, messaging: application.messaging,
            rootReferences: rootReferences)
    }

    private mutating func body(of file: ElementaryFile) -> FileSystem.Body? {
        switch file.body {
        case .transparent(let content, let read): return store.file(content).map { .transparent($0, read: read) }
        case .records(let contents, let read):
            let records = contents.compactMap(store.file)
            return records.count < contents.count ? nil : .records(records, read: read)
        case .reference(let rules): return .reference(Reference(rules, secret: credentials[rules.credential]))
        case .key(let entry):
            guard let bytes = contents.key(entry.key) else { return nil }
            guard let key = SigningKey(pkcs8: bytes) else {
                unreadableKeys.insert(file.id)
                return nil
            }
            return .key(key, entry)
        case .terminalAuthority: return .terminalAuthority
        case .opaque: return .opaque
        }
    }
}

extension FileSystem.Application {
    /// The position of a file; `nil` where there is none.
    func position(of id: FileID) -> Int? { files.firstIndex { $0.id == id } }

    /// The references of this application by their file.
    var references: [FileID: Reference] {
        var references: [FileID: Reference] = [:]
        for file in files {
            if case .reference(let reference) = file.body { references[file.id] = references[file.id] ?? reference }
        }
        return references
    }

    /// Whether the security status satisfies a condition.
    func satisfies(_ condition: AccessCondition) -> Bool {
        switch condition {
        case .free: true
        case .never: false
        case .verifiedAtRoot(let anyOf): anyOf.contains { rootReferences[$0]?.isVerified == true }
        case .verified(let anyOf):
            files.contains { file in
                guard case .reference(let reference) = file.body else { return false }
                return reference.isVerified && anyOf.contains(file.id)
            }
        }
    }
}
