#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# prove.pl FILE...: what prove's parser makes of TAP, a line a test: "pass FILE
# NAME"; "skip FILE" where all is skipped, "problem FILE" where it finds fault.
use strict;
use warnings;
use TAP::Parser;

for my $path (@ARGV) {
	my ($file) = $path =~ m,([^/]*)\.\w+$,;
	open my $in, '<:raw', $path or die "$path: $!\n";
	my $parser = TAP::Parser->new({ tap => do { local $/; <$in> || "\n" } });

	while (my $result = $parser->next) {
		next unless $result->is_test;
		my $name = $result->description;
		# To prove what stands behind another '#' is of the name.
		$name =~ s/^- //;
		$name =~ s/ #.*//;
		print $result->has_skip ? 'skip' : $result->is_ok ? 'pass' :
			'fail', " $file $name\n";
	}
	print "skip $file\n" if $parser->skip_all;
	print "problem $file\n" if $parser->parse_errors;
}
