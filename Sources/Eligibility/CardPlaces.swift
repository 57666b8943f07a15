import ReaderKit
import ReaderTransport
import Station

/// The slots in which a card of a visit may be placed, and which of them has it: the reader's own, and that of a second reader beside it.
package final class CardPlaces {
    private struct Place {
        let reader: any Reader
        let slot: UInt8
        var presence = CardPresence(isPresent: false, changes: 0)
        var watch: TransferID?
    }

    private var places: [Place]
    private var used = 0
    private var isPlaced = false

    /// The slot of the reader, and that of the second one where there is one.
    package init(_ reader: any Reader, slot: UInt8, second: (any Reader)?) {
        places = [Place(reader: reader, slot: slot)]
        if let second { places.append(Place(reader: second, slot: 0)) }
    }

    /// The reader in which the card lies.
    var reader: any Reader { places[used].reader }
    /// Its slot there.
    var slot: UInt8 { places[used].slot }

    /// Watches every slot; a card that lies there already is told as placed.
    package func watch() {
        used = 0
        for index in places.indices {
            stopWatching(index)
            places[index].presence = CardPresence(isPresent: false, changes: 0)
            watch(index)
        }
    }

    /// Watches no slot any more.
    package func stopWatching() { for index in places.indices { stopWatching(index) } }

    /// The reader in which a card was placed, once one was; `nil` where there is no choice.
    var placed: String? { places.count > 1 && isPlaced ? reader.name : nil }

    /// What an event means; `nil` where it is no change in a slot that matters. `isWaiting`: whether the first card is still awaited.
    package func input(of event: Event, isWaiting: Bool) -> VisitInput? {
        let watched = places.indices.first { places[$0].watch?.rawValue == event.token && places[$0].reader.source == event.source }
        guard let index = watched, let watch = places[index].watch else { return nil }
        let wasPresent = places[index].presence.isPresent
        places[index].watch = nil
        do throws(ReaderError) { places[index].presence = try places[index].reader.presence(watch) } catch {
            // The second reader may go: the first serves all the same.
            return index == 0 || index == used ? .failed(error) : nil
        }
        self.watch(index)
        guard places[index].presence.isPresent else { return index == used ? .cardRemoved : nil }
        if isWaiting, !wasPresent {
            used = index
            isPlaced = true
            return index == 0 ? .cardPlaced : .cardPlacedBeside
        }
        guard index == used else { return nil }
        // A card that is there after a change where one was before is another one, or has lost its power.
        return wasPresent ? .cardSwapped : .cardPlaced
    }

    private func watch(_ index: Int) {
        places[index].watch = places[index].reader.watchPresence(slot: places[index].slot, known: places[index].presence)
    }

    private func stopWatching(_ index: Int) {
        if let watch = places[index].watch { places[index].reader.abandon(watch) }
        places[index].watch = nil
    }
}
