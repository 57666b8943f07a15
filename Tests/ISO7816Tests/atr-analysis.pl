#!/usr/bin/perl
# Lets ATR_analysis (Debian package pcsc-tools) take many answers to reset apart in one process.
# Reads one answer a line, in hexadecimal with blanks, and writes one line of words each: what ATR_analysis printed, in short.
# The script is loaded from where it is installed; its look-up in the list of cards and the update of that list over the
# network are cut out.
#
#   TS=3B T0=F5,15,5     first bytes; Y(1) and K
#   TA1=91 TD1=81,1      interface bytes; a TD with the protocol that it announces
#   Fi=512 Di=1 N=0      of group 1
#   IFSC3=254 WT3=4,13   of T=1, with the group
#   U3=A,B X3=state-L    class and clock stop, only behind T=15: ATR_analysis prints them behind every T but 1
#   HB=80,31             historical bytes, at most as many as announced, with what follows them where ATR_analysis takes it for extra
#   missing=2 extra=1    truncated or too long
#   category=80          and, in card capabilities, chaining=1 extended=1 channels=1,4
#   TCK=3B,ok            or TCK=3B,45 with the right value
use strict;
use warnings;

BEGIN { *CORE::GLOBAL::exit = sub { die "exit\n" } }

my ($path) = @ARGV;
open my $source, '<', $path or die "cannot read $path: $!\n";
my $text = do { local $/; <$source> };
close $source;

# Main part as one subroutine, its variables global (hence not strict) so that the other subroutines see them in every call.
$text =~ s/^# update the ATR list\n.*?^(?=#+ Sub functions)/}\n/ms or die "$path: no look-up to cut out\n";
$text =~ s/^my /our /mg;
$text =~ s/^use strict;/sub analyse_answer {/m or die "$path: no beginning\n";
$text =~ s/^sub find_card\(\$\@\)\n\{.*?^\} # find_card\(\$\)\n//ms or die "$path: no find_card to cut out\n";
die "$path: the network is still in reach\n" if $text =~ /^sub update_smartcard_list/m;
our $TCK;
{
    local $SIG{__WARN__} = sub { };
    eval "no strict; $text; 1" or die "$path: $@";
}

while (my $line = <STDIN>) {
    chomp $line;
    print summary(analysis($line)), "\n";
}

sub analysis {
    local @ARGV = split ' ', shift;
    local $SIG{__WARN__} = sub { };
    undef $TCK;
    my $output = '';
    open my $handle, '>', \$output or die;
    my $terminal = select $handle;
    eval { analyse_answer(); 1 } or $@ eq "exit\n" or die $@;
    select $terminal;
    $output =~ s/\e\[\d+m//g;
    return $output;
}

sub summary {
    my @words;
    my $protocol = -1;
    my $channels;
    for (split /\n/, shift) {
        push @words, "TS=$1" if /^\+ TS = (..)/;
        push @words, "T0=$1," . oct("0b$2") . ",$3" if /^\+ T0 = (..), Y\(1\): ([01]+), K: (\d+)/;
        push @words, "T$1$2=$3" if /^  T([ABC])\((\d+)\) = (..)/;
        if (/^  TD\((\d+)\) = (..).*Protocol T = (\d+)/) { push @words, "TD$1=$2,$3"; $protocol = $3; }
        push @words, "Fi=$1 Di=$2" if /Fi=(\w+), Di=(\w+)/;
        push @words, "N=$1" if /Extra guard time: (\d+)/;
        push @words, "IFSC$1=$2" if /^  TA\((\d+)\).*IFSC: (\d+)/;
        push @words, "WT$1=$2,$3" if /^  TB\((\d+)\).*Block Waiting Integer: (\d+) - Character Waiting Integer: (\d+)/;
        push @words, "X$1=" . join('-', split ' ', $2) . " U$1=" . join(',', $3 =~ /([ABC]) [135]/g)
            if $protocol == 15 && /^  TA\((\d+)\).*Clock stop: (.*) - Class accepted by the card: \(3G\) (.*)/;
        push @words, "HB=" . join(',', split ' ', $1) if /^\+ Historical bytes: (.*)/;
        push @words, "missing=$1" if /ATR is truncated: (\d+)/;
        push @words, "extra=$1" if /ATR is too long: (\d+)/;
        push @words, "category=$1" if /Category indicator byte: (..)/;
        push @words, "table3=$1" if /Command chaining, length fields and logical channels: (\w+)/;
        push @words, "chaining=1" if /- Command chaining$/;
        push @words, "extended=1" if /- Extended Lc and Le fields/;
        $channels = $1 if /Logical channel number assignment: (.*)/;
        push @words, "channels=" . join('-', split ' ', $channels) . ",$1" if /Maximum number of logical channels: (\d+)/;
        push @words, "TCK=$1,ok" if /^\+ TCK = (..) \(correct checksum\)/;
        push @words, "TCK=$1,$2" if /^\+ TCK = (..) WRONG CHECKSUM, expected (..)/;
    }
    return join ' ', @words;
}
