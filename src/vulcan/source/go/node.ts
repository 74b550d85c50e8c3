/** One node of the grammar's tree, without comments. The names are those of @lezer/go. */
export interface GoNode {
  readonly file: GoFile;
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly parent: GoNode | undefined;
  readonly children: readonly GoNode[];
}

export interface GoFile {
  readonly path: string;
  readonly text: string;
  readonly top: GoNode;
  readonly comments: readonly Comment[];
}

export interface Comment {
  readonly from: number;
  readonly text: string;
}

/** The node and all below it, in the order of the source. */
export function* nodesIn(top: GoNode): Generator<GoNode> {
  const open = [top];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    yield node;
    for (let at = node.children.length - 1; at >= 0; at -= 1) open.push(node.children[at] as GoNode);
  }
}

export const sourceOf = ({ file, from, to }: GoNode): string => file.text.slice(from, to);

export const childOf = (node: GoNode, ...names: readonly string[]): GoNode | undefined =>
  node.children.find(({ name }) => names.includes(name));

export const childrenOf = (node: GoNode, ...names: readonly string[]): readonly GoNode[] =>
  node.children.filter(({ name }) => names.includes(name));

export const lineOf = ({ file, from }: GoNode): number => lineAt(file.text, from);

export function lineAt(text: string, at: number): number {
  let line = 1;
  for (let next = text.indexOf("\n"); next >= 0 && next < at; next = text.indexOf("\n", next + 1)) line += 1;
  return line;
}

const EXPRESSIONS = new Set(
  `Number String Bool Nil Rune VariableName TypedLiteral ParenthesizedExpr FunctionLiteral Conversion SelectorExpr IndexExpr
   SliceExpr TypeAssertion CallExpr UnaryExp BinaryExp ParameterizedExpr LiteralValue`.split(/\s+/),
);
export const isExpression = ({ name }: GoNode): boolean => EXPRESSIONS.has(name);
export const expressionsOf = (node: GoNode): readonly GoNode[] => node.children.filter(isExpression);

const TYPES = new Set(
  `PointerType FunctionType InterfaceType ChannelType ParenthesizedType StructType ArrayType SliceType MapType TypeName
   QualifiedType ParameterizedType`.split(/\s+/),
);
export const isType = ({ name }: GoNode): boolean => TYPES.has(name);
