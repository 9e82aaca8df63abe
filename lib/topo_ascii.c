// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	+- host ----------------+          +- pod-red ---------------+
 *	| lo  up                |          | lo  up                  |
 *	| veth-host 10.1.1.1/24 +----------+ veth-pod 10.1.1.2/24    |
 *	+-----------------------+          +-------------------------+
 *
 * One box on the left, the others below each other on the right.  Every wire
 * between the two sides is one straight row: the right side is laid out first
 * and the left one follows its rows.  What cannot be drawn so is said in words.
 */
#include "topo_print.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "topo_facts.h"

#define COLUMNS		80
#define GAP_MIN		4
#define GAP_MAX		12
#define BORDERS		4	/* "| " and " |" */
#define RIGHT_MAX	4	/* boxes; when there are more, the first two */
#define RIGHT_ELIDED	3	/* and the last */
#define TRUNK_WIDTH	3	/* "+- " from a bridge to a port */
#define TRUNKS_MAX	3

#define LEFT		(-1)
#define NOWHERE		(-2)

#define LINE_SIZE	(2 * TOPO_FACT_SIZE + 2)

struct device {
	int end;		/* the model's number; -1: lo */
	int wire;		/* the device on the other side, or -1 */
	int bridge;		/* the device it is a port of, or -1 */
	int trunk;		/* of a bridge with ports: its number, or -1 */
	int row, indent;
	char label[TOPO_FACT_SIZE];
	struct topo_facts facts;
};

struct box {
	const char *ns;
	size_t first, n;	/* in .devices */
	struct topo_facts facts;
	int top, bottom;	/* rows of its borders */
	int col, width;		/* of its border, of its text */
};

struct picture {
	const struct topo_list *list;
	struct topo_model model;
	struct device *devices;
	size_t n_devices;
	struct box left, right[RIGHT_MAX];
	size_t n_right;
	size_t n_elided, n_elided_wires;
	int elided_row;		/* where that is said */
	int n_trunks;
	int rows;
	char *cells;
};

static int max_int(int a, int b)
{
	return a > b ? a : b;
}

/* --- Which boxes, and what is in them --- */

static bool has_links(const struct topo_model *model, const char *ns)
{
	size_t i;

	for (i = 0; i < model->n_ends; i++) {
		if (!strcmp(model->ends[i].ns, ns))
			return true;
	}
	return false;
}

/* A namespace may be named twice in a list that does not build. */
static size_t drop_doubles(struct topo_model *model)
{
	size_t i, j, n = 0;

	for (i = 0; i < model->n_ns; i++) {
		for (j = 0; j < n && strcmp(model->ns[j], model->ns[i]); j++)
			;
		if (j == n)
			model->ns[n++] = model->ns[i];
	}
	return n;
}

/* The host on the left if there is something in it. */
static void pick_boxes(struct picture *pic)
{
	struct topo_model *model = &pic->model;
	size_t n = drop_doubles(model);
	size_t first = n > 1 && !has_links(model, TOPO_HOST);
	size_t i, rest = n - first - 1;

	pic->left.ns = model->ns[first];
	pic->n_right = rest;
	if (rest > RIGHT_MAX) {
		pic->n_right = RIGHT_ELIDED;
		pic->n_elided = rest - RIGHT_ELIDED;
	}
	for (i = 0; i < pic->n_right; i++)
		pic->right[i].ns = model->ns[first + 1 + i];
	if (pic->n_elided)
		pic->right[RIGHT_ELIDED - 1].ns = model->ns[n - 1];
}

/* LEFT, the number of a box on the right, or NOWHERE. */
static int side_of(const struct picture *pic, const char *ns)
{
	size_t i;

	if (!strcmp(pic->left.ns, ns))
		return LEFT;
	for (i = 0; i < pic->n_right; i++) {
		if (!strcmp(pic->right[i].ns, ns))
			return i;
	}
	return NOWHERE;
}

static bool is_elided(const struct picture *pic, const char *ns)
{
	size_t i;

	for (i = 0; i < pic->model.n_ns; i++) {
		if (!strcmp(pic->model.ns[i], ns))
			return side_of(pic, ns) == NOWHERE;
	}
	return false;
}

static struct device *add_device(struct picture *pic, struct box *box, int end)
{
	struct device *dev = &pic->devices[pic->n_devices++];

	*dev = (struct device){ .end = end, .wire = -1, .bridge = -1,
				.trunk = -1 };
	box->n++;
	return dev;
}

static void add_link(struct picture *pic, struct box *box, int end)
{
	const struct topo_end *e = &pic->model.ends[end];
	struct device *dev = add_device(pic, box, end);
	bool plain = !e->kind || !strcmp(e->kind, "veth");
	struct topo_facts label = { 0 };

	topo_facts_add(&label, plain ? "%s" : "%s (%s)", e->dev, e->kind);
	memcpy(dev->label, label.text[0], sizeof(dev->label));
	topo_facts_link(pic->list, &pic->model, end, &dev->facts);
}

static void add_devices(struct picture *pic, struct box *box)
{
	const struct topo_model *model = &pic->model;
	const struct topo_end *e;
	struct device *lo;
	size_t i;

	box->first = pic->n_devices;
	topo_facts_ns(pic->list, box->ns, &box->facts);
	lo = add_device(pic, box, -1);
	snprintf(lo->label, sizeof(lo->label), "lo");
	topo_facts_lo(pic->list, box->ns, &lo->facts);
	for (i = 0; i < model->n_ends; i++) {
		e = &model->ends[i];
		if (strcmp(e->ns, box->ns))
			continue;
		if (box == &pic->left && e->peer >= 0 &&
		    is_elided(pic, model->ends[e->peer].ns))
			pic->n_elided_wires++;
		else
			add_link(pic, box, i);
	}
}

static int device_of(const struct picture *pic, const struct box *box, int end)
{
	size_t i;

	for (i = box->first; i < box->first + box->n; i++) {
		if (pic->devices[i].end == end)
			return i;
	}
	return -1;
}

static const struct topo_end *end_of(const struct picture *pic,
				     const struct device *dev)
{
	return dev->end < 0 ? NULL : &pic->model.ends[dev->end];
}

/* Finds the other end on the other side, or says where it is. */
static void wire_up(struct picture *pic, struct box *box)
{
	const struct topo_end *e, *peer;
	struct device *dev;
	size_t i;
	int side;

	for (i = box->first; i < box->first + box->n; i++) {
		dev = &pic->devices[i];
		e = end_of(pic, dev);
		if (!e || e->peer < 0)
			continue;
		peer = &pic->model.ends[e->peer];
		side = side_of(pic, peer->ns);
		if (box != &pic->left && side == LEFT)
			dev->wire = device_of(pic, &pic->left, e->peer);
		else if (box == &pic->left && side >= 0)
			dev->wire = device_of(pic, &pic->right[side], e->peer);
		else if (!strcmp(peer->ns, e->ns))
			topo_facts_add(&dev->facts, "wire to %s", peer->dev);
		else
			topo_facts_add(&dev->facts, "wire to %s in %s",
				       peer->dev, peer->ns);
	}
}

/* The bridge that @dev is a port of, if lines can say so. */
static int find_bridge(const struct picture *pic, const struct box *box,
		       const struct topo_end *e)
{
	const struct topo_end *master;
	int end, bridge;

	end = topo_model_find(&pic->model, e->ns, e->master);
	if (box != &pic->left || end < 0)
		return -1;
	/* One that has a wire or a master itself may stand below its port. */
	master = &pic->model.ends[end];
	if (master->peer >= 0 || master->master)
		return -1;
	bridge = device_of(pic, box, end);
	if (pic->devices[bridge].trunk < 0 && pic->n_trunks == TRUNKS_MAX)
		return -1;
	return bridge;
}

static void enslave(struct picture *pic, struct box *box)
{
	const struct topo_end *e;
	struct device *dev;
	size_t i;

	for (i = box->first; i < box->first + box->n; i++) {
		dev = &pic->devices[i];
		e = end_of(pic, dev);
		if (!e || !e->master)
			continue;
		dev->bridge = find_bridge(pic, box, e);
		if (dev->bridge < 0)
			topo_facts_add(&dev->facts, "master %s", e->master);
		else if (pic->devices[dev->bridge].trunk < 0)
			pic->devices[dev->bridge].trunk = pic->n_trunks++;
	}
}

static void fill_boxes(struct picture *pic)
{
	size_t i;

	add_devices(pic, &pic->left);
	for (i = 0; i < pic->n_right; i++)
		add_devices(pic, &pic->right[i]);
	wire_up(pic, &pic->left);
	enslave(pic, &pic->left);
	for (i = 0; i < pic->n_right; i++) {
		wire_up(pic, &pic->right[i]);
		enslave(pic, &pic->right[i]);
	}
}

/* --- Rows --- */

static int lines_of(const struct device *dev)
{
	return max_int(1, dev->facts.n);
}

/* Rows of the right side, and its end; both ends of a wire need their lines. */
static int place_right(struct picture *pic)
{
	struct device *dev;
	struct box *box;
	size_t b, i;
	int row = 0;

	for (b = 0; b < pic->n_right; b++) {
		box = &pic->right[b];
		if (pic->n_elided && b == RIGHT_ELIDED - 1)
			pic->elided_row = row++;
		box->top = row++;
		for (i = box->first; i < box->first + box->n; i++) {
			dev = &pic->devices[i];
			dev->row = row;
			row += max_int(lines_of(dev), dev->wire < 0 ? 1 :
				       lines_of(&pic->devices[dev->wire]));
		}
		row += box->facts.n;
		box->bottom = row++;
	}
	return row;
}

/* What a wire does not pin to a row stands above: ports below their bridge. */
static int place_unwired(struct picture *pic, bool ports, int row)
{
	const struct box *box = &pic->left;
	struct device *dev;
	size_t i;

	for (i = box->first; i < box->first + box->n; i++) {
		dev = &pic->devices[i];
		if (dev->wire >= 0 || (dev->bridge >= 0) != ports)
			continue;
		dev->row = row;
		row += lines_of(dev);
	}
	return row;
}

/* The left side's wired devices stand where their wires come in. */
static int place_wired(struct picture *pic, int row)
{
	const struct box *box = &pic->left;
	struct device *dev;
	size_t i;

	for (i = box->first; i < box->first + box->n; i++) {
		dev = &pic->devices[i];
		if (dev->wire < 0)
			continue;
		dev->row = pic->devices[dev->wire].row;
		row = max_int(row, dev->row + lines_of(dev));
	}
	if (pic->n_elided_wires)
		row = max_int(row, pic->elided_row + 1);
	return row;
}

/* How far the right side must go down to leave @head rows to the left one. */
static int find_shift(const struct picture *pic, int head)
{
	int first = head;
	size_t i;

	for (i = pic->left.n; i < pic->n_devices; i++) {
		if (pic->devices[i].wire >= 0 && pic->devices[i].row < first)
			first = pic->devices[i].row;
	}
	if (pic->n_elided_wires && pic->elided_row < first)
		first = pic->elided_row;
	return head - first;
}

static void shift_right(struct picture *pic, int shift)
{
	size_t i;

	for (i = pic->left.n; i < pic->n_devices; i++)
		pic->devices[i].row += shift;
	for (i = 0; i < pic->n_right; i++) {
		pic->right[i].top += shift;
		pic->right[i].bottom += shift;
	}
	pic->elided_row += shift;
}

static void place_rows(struct picture *pic)
{
	int right = place_right(pic);
	int left, shift;

	left = place_unwired(pic, true, place_unwired(pic, false, 1));
	shift = find_shift(pic, left);
	shift_right(pic, shift);
	left = place_wired(pic, left) + pic->left.facts.n;
	pic->left.bottom = max_int(left, right + shift - 1);
	pic->rows = pic->left.bottom + 1;
}

/* --- Columns --- */

/* A trunk takes room to the left of all that is below its bridge. */
static void indent_left(struct picture *pic)
{
	const struct box *box = &pic->left;
	int trunks, row;
	size_t i, j;

	for (i = box->first; i < box->first + box->n; i++) {
		row = pic->devices[i].row;
		trunks = 0;
		for (j = box->first; j < box->first + box->n; j++)
			trunks += pic->devices[j].trunk >= 0 &&
				  pic->devices[j].row < row;
		pic->devices[i].indent = trunks * TRUNK_WIDTH;
	}
}

/* Line @i of a device: its label stands before the first. */
static int device_line(const struct device *dev, size_t i,
		       char line[LINE_SIZE])
{
	const char *fact = i < dev->facts.n ? dev->facts.text[i] : "";
	int indent = i ? (int)strlen(dev->label) : 0;

	snprintf(line, LINE_SIZE, "%*s%s%s%s", indent, "",
		 i ? "" : dev->label, *fact ? "  " : "", fact);
	return strlen(line);
}

static void elided_line(size_t n, char line[LINE_SIZE])
{
	snprintf(line, LINE_SIZE, "... %zu more ...", n);
}

static int width_of(const struct picture *pic, const struct box *box)
{
	const struct device *dev;
	/* "+- NAME -+" */
	int i, width = strlen(box->ns) + 2;
	char line[LINE_SIZE];
	size_t d;

	for (d = box->first; d < box->first + box->n; d++) {
		dev = &pic->devices[d];
		for (i = 0; i < lines_of(dev); i++)
			width = max_int(width, dev->indent +
					       device_line(dev, i, line));
	}
	for (i = 0; i < (int)box->facts.n; i++)
		width = max_int(width, strlen(box->facts.text[i]));
	elided_line(pic->n_elided, line);
	if (box == &pic->left && pic->n_elided_wires)
		width = max_int(width, pic->n_trunks * TRUNK_WIDTH +
				       (int)strlen(line));
	return width;
}

/* The wider side gives way first. */
static void fit(int *left, int *right)
{
	int room = COLUMNS - 2 * BORDERS - GAP_MIN;

	if (*left + *right <= room)
		return;
	if (*left <= room / 2)
		*right = room - *left;
	else if (*right <= room / 2)
		*left = room - *right;
	else
		*left = *right = room / 2;
}

static void place_columns(struct picture *pic)
{
	int left, gap, right = 0;
	size_t i;

	indent_left(pic);
	left = width_of(pic, &pic->left);
	for (i = 0; i < pic->n_right; i++)
		right = max_int(right, width_of(pic, &pic->right[i]));
	if (!pic->n_right && left > COLUMNS - BORDERS)
		left = COLUMNS - BORDERS;
	if (pic->n_right)
		fit(&left, &right);
	gap = COLUMNS - left - right - 2 * BORDERS;
	if (gap > GAP_MAX)
		gap = GAP_MAX;
	pic->left.width = left;
	for (i = 0; i < pic->n_right; i++) {
		pic->right[i].width = right;
		pic->right[i].col = left + BORDERS + gap;
	}
}

/* --- Drawing --- */

static char *cell(struct picture *pic, int row, int col)
{
	return &pic->cells[row * COLUMNS + col];
}

struct spot {
	int row, col;		/* .col from where the text of a box begins */
};

/* "~" where it is cut off. */
static void draw_text(struct picture *pic, const struct box *box,
		      struct spot spot, const char *text)
{
	char *to = cell(pic, spot.row, box->col + 2 + spot.col);
	int room = box->width - spot.col;
	int i, len = strlen(text);

	for (i = 0; i < len && i < room; i++)
		to[i] = text[i] < ' ' || text[i] > '~' ? '?' : text[i];
	if (len > room && room > 0)
		to[room - 1] = '~';
}

static void draw_border(struct picture *pic, const struct box *box)
{
	int right = box->col + box->width + BORDERS - 1;
	char title[LINE_SIZE];
	int row;

	for (row = box->top; row <= box->bottom; row++) {
		*cell(pic, row, box->col) = '|';
		*cell(pic, row, right) = '|';
	}
	memset(cell(pic, box->top, box->col), '-', right - box->col);
	memset(cell(pic, box->bottom, box->col), '-', right - box->col);
	*cell(pic, box->top, box->col) = '+';
	*cell(pic, box->top, right) = '+';
	*cell(pic, box->bottom, box->col) = '+';
	*cell(pic, box->bottom, right) = '+';
	snprintf(title, sizeof(title), " %s ", box->ns);
	draw_text(pic, box, (struct spot){ box->top, 0 }, title);
}

static void draw_box(struct picture *pic, const struct box *box)
{
	const struct device *dev;
	char line[LINE_SIZE];
	struct spot spot;
	size_t i;
	int j;

	draw_border(pic, box);
	for (i = box->first; i < box->first + box->n; i++) {
		dev = &pic->devices[i];
		for (j = 0; j < lines_of(dev); j++) {
			device_line(dev, j, line);
			spot = (struct spot){ dev->row + j, dev->indent };
			draw_text(pic, box, spot, line);
		}
	}
	spot = (struct spot){ box->bottom - (int)box->facts.n, 0 };
	for (i = 0; i < box->facts.n; i++, spot.row++)
		draw_text(pic, box, spot, box->facts.text[i]);
}

/* From a left device's text to the right device's border. */
static void draw_wire(struct picture *pic, const struct device *dev)
{
	int left = pic->left.width + BORDERS - 1, right = pic->right[0].col;
	char wire = topo_model_runs(&pic->model, dev->end) ? '-' : '.';
	char line[LINE_SIZE];
	int col;

	col = 2 + dev->indent + device_line(dev, 0, line) + 1;
	for (; col < right; col++)
		*cell(pic, dev->row, col) = wire;
	*cell(pic, dev->row, left) = '+';
	*cell(pic, dev->row, right) = '+';
}

/* From a bridge down to its last port. */
static void draw_trunk(struct picture *pic, size_t bridge)
{
	const struct box *box = &pic->left;
	int col = 2 + pic->devices[bridge].trunk * TRUNK_WIDTH;
	int row, last = 0;
	size_t i;

	for (i = box->first; i < box->first + box->n; i++) {
		if (pic->devices[i].bridge == (int)bridge)
			last = max_int(last, pic->devices[i].row);
	}
	for (row = pic->devices[bridge].row + 1; row < last; row++)
		*cell(pic, row, col) = '|';
}

static void draw_port(struct picture *pic, const struct device *dev)
{
	int col = 2 + pic->devices[dev->bridge].trunk * TRUNK_WIDTH;

	*cell(pic, dev->row, col) = '+';
	memset(cell(pic, dev->row, col + 1), '-', dev->indent - col);
}

static void draw_elided(struct picture *pic)
{
	struct spot spot = { pic->elided_row, 0 };
	char line[LINE_SIZE];

	elided_line(pic->n_elided, line);
	draw_text(pic, &pic->right[0], spot, line);
	if (!pic->n_elided_wires)
		return;
	spot.col = pic->n_trunks * TRUNK_WIDTH;
	elided_line(pic->n_elided_wires, line);
	draw_text(pic, &pic->left, spot, line);
}

static void draw(struct picture *pic)
{
	const struct device *dev;
	size_t i;

	draw_box(pic, &pic->left);
	for (i = 0; i < pic->n_right; i++)
		draw_box(pic, &pic->right[i]);
	if (pic->n_elided)
		draw_elided(pic);
	for (i = 0; i < pic->left.n; i++) {
		if (pic->devices[i].trunk >= 0)
			draw_trunk(pic, i);
	}
	for (i = 0; i < pic->left.n; i++) {
		dev = &pic->devices[i];
		if (dev->bridge >= 0)
			draw_port(pic, dev);
		if (dev->wire >= 0)
			draw_wire(pic, dev);
	}
}

static void print_cells(const struct picture *pic, FILE *file)
{
	const char *row;
	int i, len;

	for (i = 0; i < pic->rows; i++) {
		row = pic->cells + i * COLUMNS;
		for (len = COLUMNS; len && row[len - 1] == ' '; len--)
			;
		fprintf(file, "%.*s\n", len, row);
	}
}

int topo_print_ascii(const struct topo_list *list, FILE *file)
{
	struct picture pic = { .list = list };
	int err = topo_model_init(&pic.model, list);

	if (err)
		return err;
	err = -ENOMEM;
	pic.devices = calloc(pic.model.n_ends + RIGHT_MAX + 1,
			     sizeof(*pic.devices));
	if (!pic.devices)
		goto out;
	pick_boxes(&pic);
	fill_boxes(&pic);
	place_rows(&pic);
	place_columns(&pic);
	pic.cells = malloc((size_t)pic.rows * COLUMNS);
	if (!pic.cells)
		goto out;
	memset(pic.cells, ' ', (size_t)pic.rows * COLUMNS);
	draw(&pic);
	print_cells(&pic, file);
	err = 0;
out:
	free(pic.cells);
	free(pic.devices);
	topo_model_free(&pic.model);
	return err;
}
