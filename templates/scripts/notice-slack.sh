# A text in Slack has marks of its own for links: these three characters are written in another way there.
text=${text//&/\&amp;} text=${text//</\&lt;} text=${text//>/\&gt;}
message=$(jq --null-input --arg text "${text} ${run}" '{text: $text}')
