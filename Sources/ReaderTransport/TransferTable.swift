/// Values by transfer, in the order of entering: for the few that are under way at once, which are looked through faster than they are hashed.
public struct TransferTable<Value> {
    @usableFromInline var entries: [(id: TransferID, value: Value)] = []

    /// Without any.
    @inlinable public init() {}

    /// The transfers that have a value.
    @inlinable public var ids: [TransferID] { entries.map { $0.id } }

    /// The value of a transfer; `nil` where it has none.
    @inlinable public subscript(id: TransferID) -> Value? {
        get {
            index(of: id).map { entries[$0].value }
        }
        set {
            guard let index = index(of: id) else {
                if let newValue { entries.append((id, newValue)) }
                return
            }
            if let newValue { entries[index].value = newValue } else { entries.remove(at: index) }
        }
    }

    /// Whether a transfer has a value.
    @inlinable public func contains(_ id: TransferID) -> Bool { index(of: id) != nil }

    /// Takes the value of a transfer out; `nil` where it has none.
    @inlinable public mutating func remove(_ id: TransferID) -> Value? {
        guard let index = index(of: id) else { return nil }
        return entries.remove(at: index).value
    }

    /// Takes out all of them.
    @inlinable public mutating func removeAll() { entries.removeAll() }

    @inlinable func index(of id: TransferID) -> Int? {
        var index = 0
        while index < entries.count {
            if entries[index].id == id { return index }
            index += 1
        }
        return nil
    }
}
