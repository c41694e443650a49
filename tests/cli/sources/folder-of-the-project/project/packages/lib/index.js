module.exports = 'lib with ' + require('a')
